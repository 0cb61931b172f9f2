// The chat page of the sandbox: opens the chats that the address names and keeps them live.

import { api } from "./api.js";
import { ClockPanel } from "./clock-panel.js";
import { Column } from "./column.js";
import { el, fillIcons } from "./dom.js";
import { FaultsPanel } from "./faults-panel.js";
import { listen } from "./live.js";
import { addFirstPerson, askForPerson } from "./people.js";
import { keepPlaces, placeKey, readPlaces } from "./places.js";
import { setSandboxNow } from "./times.js";
import { Watch } from "./watch.js";

const STATE_EVERY = 10000; // milliseconds: the count of waiting updates has no event of its own
const STATE_SOON = 150; // milliseconds: many events in a row make one reading

const MODES = { webhook: "Webhook", polling: "Polling" };
const get = (id) => document.getElementById(id);

const SPOKEN_KEPT = 5;

/** Let assistive technology hear something; nobody sees it. */
function say(words) {
  get("spoken").append(el("p", {}, words));
  while (get("spoken").children.length > SPOKEN_KEPT) get("spoken").firstChild.remove();
}

class Page {
  constructor() {
    this.state = { people: [], chats: [], bot: null, mode: null, pending_update_count: 0 };
    this.columns = new Map();
    this.at = null;
    this.callbackWaiters = [];
    this.sent = new Watch((chatId, messageId) => {
      for (const column of this.columns.values()) if (column.place.chat === chatId) column.list.settled(messageId);
    });
    this.clock = new ClockPanel(get("clock-panel"), get("bar-time"), () => this.readSoon());
    this.faults = new FaultsPanel(get("faults-panel"), get("faults-count"));
    this.world = this.#world();
    get("add-person").addEventListener("click", () => this.#askForPerson());
    window.addEventListener("hashchange", () => this.#openFromAddress());
    setInterval(() => document.visibilityState === "visible" && this.readSoon(), STATE_EVERY);
  }

  #world() {
    const page = this;
    return {
      get state() {
        return page.state;
      },
      isOnItsWay: (chatId, messageId) => page.sent.isOnItsWay(chatId, messageId),
      sending: (chatId, sending) => page.sent.follow(chatId, sending),
      nextCallback: (atMost) => new Promise((resolve) => {
        page.callbackWaiters.push(resolve);
        setTimeout(resolve, atMost);
      }),
      close: (column) => page.#close(column),
      open: (place) => page.#show(place, true),
      unread: () => page.#drawTabs(),
      say,
    };
  }

  async start() {
    fillIcons(document.body);
    listen({
      news: (event) => this.#hear(event),
      back: () => this.#back(),
      lost: () => (get("lost").hidden = false),
    });
  }

  // Also the way in: at the first connection everything is read for the first time.
  async #back() {
    try {
      await this.#readState();
    } catch {
      get("lost").hidden = false;
      return; // the live connection tells us when it is there again
    }
    get("lost").hidden = true;
    if (this.columns.size === 0) await this.#openFromAddress();
    else for (const column of this.columns.values()) column.refresh();
    this.faults.refresh();
  }

  async #readState() {
    this.state = await api.state();
    setSandboxNow(this.state.now);
    this.clock.draw();
    const { bot, mode, pending_update_count: waiting } = this.state;
    get("brand-bot").textContent = bot?.username ? `A local Telegram for @${bot.username}` : "A local Telegram";
    get("status").dataset.mode = mode ?? "none";
    get("status-mode").textContent = MODES[mode] ?? "No bot";
    get("status-count").textContent = `${waiting} waiting`;
    for (const column of this.columns.values()) column.drawState();
    this.#drawTabs();
  }

  readSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.#readState().catch(() => {}), STATE_SOON); // a lost connection shows by itself
  }

  #hear(event) {
    for (const column of this.columns.values()) {
      if (event.chat_id !== undefined && event.chat_id !== column.place.chat) continue;
      column.hear(event);
      if (event.type !== "action" && event.type !== "clock") column.refresh();
      if (event.type === "clock") column.list.clockMoved();
    }
    if (event.type === "clock" && event.now) {
      setSandboxNow(event.now);
      this.clock.draw();
      for (const column of this.columns.values()) column.list.clockMoved();
    }
    if (event.type === "callback") this.callbackWaiters.splice(0).forEach((resolve) => resolve());
    if (event.type === "state") this.faults.refresh();
    this.readSoon();
  }

  async #openFromAddress() {
    if (this.opening) return;
    this.opening = true;
    try {
      if (this.state.people.length === 0) {
        await addFirstPerson();
        await this.#readState();
      }
      const known = new Set(this.state.people.map(({ id }) => id));
      const { open, at } = readPlaces(location.hash);
      const places = open.filter(({ person }) => known.has(person));
      if (places.length === 0 && known.size) {
        const first = this.state.people[0].id;
        places.push({ person: first, chat: first });
      }
      const wanted = new Set(places.map(placeKey));
      for (const column of [...this.columns.values()]) if (!wanted.has(column.key)) this.#remove(column);
      for (const place of places) this.#show(place, false);
      this.#goTo(this.columns.has(at) ? at : placeKey(places[0]), false);
    } finally {
      this.opening = false;
    }
  }

  #show(place, go) {
    const key = placeKey(place);
    let column = this.columns.get(key);
    if (!column) {
      column = new Column(place, this.world);
      this.columns.set(key, column);
      column.drawState();
      get("deck").append(column.node);
      column.refresh().then(() => go && column.focus());
    }
    if (go) {
      this.#goTo(key, true);
      column.node.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  #goTo(key, focus) {
    this.at = key;
    for (const column of this.columns.values()) column.node.classList.toggle("current", column.key === key);
    this.columns.get(key)?.seen();
    if (focus) this.columns.get(key)?.focus();
    this.#drawTabs();
    this.#keepAddress();
  }

  #close(column) {
    const keys = [...this.columns.keys()];
    const next = keys[keys.indexOf(column.key) + 1] ?? keys[keys.indexOf(column.key) - 1] ?? null;
    this.#remove(column);
    this.#goTo(this.columns.has(this.at) ? this.at : next, false);
    (this.columns.size ? this.columns.get(this.at)?.hide : get("add-person"))?.focus();
  }

  #remove(column) {
    column.node.remove();
    this.columns.delete(column.key);
  }

  #keepAddress() {
    keepPlaces([...this.columns.values()].map(({ place }) => place), this.at);
  }

  #drawTabs() {
    const tabs = get("tabs");
    const had = tabs.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    tabs.hidden = this.columns.size < 2;
    document.body.classList.toggle("several", this.columns.size > 1);
    tabs.replaceChildren(...[...this.columns.values()].map((column) =>
      el("button", { type: "button", class: "tab", data: { key: column.key }, "aria-current": column.key === this.at ? "true" : null, on: { click: () => this.#goTo(column.key, false) } },
        el("span", { dir: "auto" }, column.isPrivate ? column.personName : `${column.personName} · ${column.chatName}`),
        column.unread ? el("span", { class: "count", "aria-label": `${column.unread} new` }, String(column.unread)) : null)));
    if (had) [...tabs.children].find((tab) => tab.dataset.key === had)?.focus();
    const empty = get("deck").querySelector(".nobody");
    if (this.columns.size) empty?.remove();
    else if (!empty) get("deck").append(el("p", { class: "nobody" }, "Nobody is shown. Add a person, or show one again."));
  }

  #askForPerson() {
    const shown = new Set([...this.columns.values()].filter(({ isPrivate }) => isPrivate).map(({ place }) => place.person));
    askForPerson(this.state.people.filter(({ id }) => !shown.has(id)), async (person) => {
      if (!this.state.people.some(({ id }) => id === person.id)) this.state.people.push(person);
      this.#show({ person: person.id, chat: person.id }, true);
      this.readSoon();
    });
  }
}

new Page().start();
