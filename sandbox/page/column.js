// One chat as one person sees it, in a frame like a phone.

import { api, SandboxError } from "./api.js";
import { el, icon } from "./dom.js";
import { Composer } from "./composer.js";
import { startText } from "./entities.js";
import { markWaiting, replyKeyboard } from "./keyboards.js";
import { openMenu } from "./menus.js";
import { MessageList } from "./messages.js";
import { alertBox, showPicture, Toasts } from "./notices.js";
import { placeKey } from "./places.js";

const ASK_AGAIN = 1000; // milliseconds: a callback's answer is asked for again, in case its event was missed
const ACTION_LASTS = 5000; // Bot API: a chat action shows for 5 seconds or less

const ACTIONS = { typing: "typing…", upload_photo: "sending a picture…", upload_document: "sending a file…" };

const initials = (name) => [...name.trim()].slice(0, 1).join("").toUpperCase();

export class Column {
  /**
   * @param {{person: number, chat: number}} place
   * @param {object} world what the page shares: state, isOnItsWay(chat, message), sending(chat, promise),
   *   nextCallback(milliseconds), open(place), close(column), unread(), say(words)
   */
  constructor(place, world) {
    this.place = place;
    this.key = placeKey(place);
    this.world = world;
    this.waiting = new Set(); // keys of buttons whose callback is not answered
    this.messages = [];
    this.unread = 0;
    this.isPrivate = place.person === place.chat;
    this.#build();
  }

  #build() {
    const actions = {
      press: (id, row, col, key) => this.#press(id, row, col, key),
      note: (text) => this.toasts.show(text),
      command: (text) => this.#try(() => this.#sendText(text)),
      start: (address) => (this.isPrivate ? startText(address, this.world.state.bot?.username) : null),
      edit: (message) => this.composer.edit(message),
      show: showPicture,
      waiting: this.waiting,
    };
    this.toasts = new Toasts();
    this.list = new MessageList(actions, {
      isMine: (message) => message.from === this.place.person,
      senderOf: (message) => (this.isPrivate || message.from === this.place.person ? null : this.#nameOf(message.from)),
      isOnItsWay: (id) => this.world.isOnItsWay(this.place.chat, id),
      say: (words) => this.world.say(`${this.chatName} to ${this.personName}: ${words}`),
    });
    this.composer = new Composer({
      text: (text) => this.#tell(() => this.#sendText(text)),
      edit: (id, text) => this.#tell(() => this.#watched(api.edit(this.place.chat, id, text))),
      file: (file, kind, caption) => this.#tell(() => this.#watched(api.sendFile(this.place.chat, file, { from: this.place.person, kind, caption }))),
      sample: (kind) => this.#try(() => this.#watched(api.send(this.place.chat, { from: this.place.person, kind }))),
      editLast: () => {
        const own = this.messages.filter((message) => message.from === this.place.person && message.text !== undefined).at(-1);
        if (own) this.composer.edit(own);
      },
    });
    this.avatar = el("span", { class: "avatar", "aria-hidden": "true" });
    this.title = el("h2", { class: "head-title", dir: "auto" });
    this.subtitle = el("p", { class: "head-who", dir: "auto" });
    this.action = el("p", { class: "head-action", role: "status" });
    this.menuButton = el("button", { type: "button", class: "round", "aria-label": "More", title: "More", "aria-haspopup": "menu", "aria-expanded": "false", on: { click: () => this.#openMenu() } }, icon("more"));
    this.hide = el("button", { type: "button", class: "round hide-column", "aria-label": "Hide this chat", title: "Hide this chat", on: { click: () => this.world.close(this) } }, icon("close"));
    this.head = el("header", { class: "head" }, this.avatar, el("div", { class: "head-words" }, this.title, this.subtitle, this.action), this.menuButton, this.hide);
    this.startName = el("strong", { dir: "auto" });
    this.startWords = el("p", { class: "start-words", dir: "auto" });
    this.intro = el("div", { class: "intro", hidden: true }, el("p", { class: "intro-ask" }, "What can this bot do?"), this.startName, this.startWords);
    this.startButton = el("button", { type: "button", class: "start-button", on: { click: () => this.#try(() => this.#sendText("/start")) } }, "START");
    this.unblockButton = el("button", { type: "button", class: "start-button unblock", on: { click: () => this.#setBlocked(false) } }, "UNBLOCK");
    this.startFoot = el("div", { class: "start-foot", hidden: true }, this.startButton);
    this.blockFoot = el("div", { class: "start-foot", hidden: true }, el("p", {}, "You blocked this bot. It cannot write to you."), this.unblockButton);
    this.screen = el("div", { class: "screen" }, this.list.wall, this.intro, this.toasts.node, this.list.toEnd);
    this.node = el("section", { class: "phone", data: { key: this.key } }, this.head, this.screen, this.startFoot, this.blockFoot, this.composer.node);
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) this.composer.attach(file, file.type.startsWith("image/") ? "photo" : "document");
    });
  }

  #nameOf(from) {
    if (from === "bot") return this.world.state.bot?.first_name ?? "Bot";
    return this.world.state.people.find(({ id }) => id === from)?.first_name ?? `Person ${from}`;
  }

  /** The person of this column, or null if the sandbox has no such person any more. */
  get person() {
    return this.world.state.people.find(({ id }) => id === this.place.person) ?? null;
  }

  get personName() {
    return this.person?.first_name ?? `Person ${this.place.person}`;
  }

  get chatName() {
    if (this.isPrivate) return this.world.state.bot?.first_name || "Bot";
    return this.world.state.chats.find(({ id }) => id === this.place.chat)?.title ?? `Chat ${this.place.chat}`;
  }

  /** What the state says: names, commands, description. */
  drawState() {
    const { bot } = this.world.state;
    const person = this.person;
    const who = [`You are ${this.personName}`, person?.username ? `@${person.username}` : null, person?.language_code].filter(Boolean);
    this.title.textContent = this.chatName;
    this.subtitle.textContent = who.join(" · ");
    this.avatar.textContent = initials(this.chatName);
    this.avatar.dataset.hue = String(Math.abs(this.isPrivate ? 0 : this.place.chat) % 4);
    this.node.setAttribute("aria-label", `${this.personName}: chat with ${this.chatName}`);
    this.startName.textContent = bot?.first_name ?? "Bot";
    this.startWords.textContent = bot?.description || bot?.short_description || "The bot has no description yet.";
    this.composer.setCommands(bot?.commands ?? []);
  }

  /** Read the chat again and show it. Calls that come meanwhile are answered by one more reading. */
  async refresh() {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    try {
      do {
        this.again = false;
        this.#show(await api.chat(this.place.chat));
      } while (this.again);
    } catch (error) {
      this.#explain(error);
    } finally {
      this.reading = false;
    }
  }

  #show({ messages, blocked }) {
    this.messages = messages;
    this.blocked = Boolean(blocked);
    const fresh = this.list.show(messages);
    const empty = messages.length === 0 && this.isPrivate;
    this.intro.hidden = !empty;
    this.startFoot.hidden = !empty || this.blocked;
    this.blockFoot.hidden = !this.blocked;
    this.composer.node.hidden = empty || this.blocked;
    const last = messages.at(-1);
    const asked = last?.from === "bot" && last.reply_markup?.force_reply ? last.reply_markup.input_field_placeholder || "Reply" : "";
    this.composer.setKeyboard(replyKeyboard(messages, this.place.person), asked);
    if (fresh.length) this.#showAction("");
    if (fresh.length && this.node.offsetParent === null) {
      this.unread += fresh.length;
      this.world.unread(this);
    }
    this.node.dataset.ready = "true";
  }

  /** An event of this chat. @param {{type: string, action?: string}} event */
  hear(event) {
    if (event.type === "action") this.#showAction(ACTIONS[event.action] ?? "busy…");
  }

  #showAction(words) {
    clearTimeout(this.actionTimer);
    this.action.textContent = words;
    this.head.classList.toggle("acting", words !== "");
    if (words) this.actionTimer = setTimeout(() => this.#showAction(""), ACTION_LASTS);
  }

  seen() {
    this.unread = 0;
    if (this.list.pinned) this.list.scrollToEnd(false);
  }

  focus() {
    const shown = [this.startButton, this.unblockButton, this.composer.field].find((node) => node.offsetParent !== null);
    shown?.focus({ preventScroll: true });
  }

  async #watched(sending) {
    await this.world.sending(this.place.chat, sending);
    await this.refresh();
  }

  #sendText(text) {
    return this.#watched(api.send(this.place.chat, { from: this.place.person, text }));
  }

  async #press(messageId, row, col, key) {
    if (this.waiting.has(key)) return;
    this.#setWaiting(key, true);
    try {
      const { callback_query_id: id } = await api.press(this.place.chat, { from: this.place.person, message_id: messageId, row, col });
      this.#showCallback(await this.#answered(id));
    } catch (error) {
      this.#explain(error);
    } finally {
      this.#setWaiting(key, false);
    }
  }

  #setWaiting(key, waits) {
    if (waits) this.waiting.add(key);
    else this.waiting.delete(key);
    markWaiting(this.list.list, key, waits);
  }

  async #answered(id) {
    for (;;) {
      const news = this.world.nextCallback(ASK_AGAIN); // asked for before reading: no event falls between
      const answer = await api.callback(id);
      if (answer.answered || answer.expired) return answer;
      await news;
    }
  }

  #showCallback(answer) {
    if (answer.expired && !answer.answered) this.toasts.show("The bot did not answer the press in time.", { bad: true });
    else if (answer.text && answer.show_alert) alertBox(`${this.chatName} to ${this.personName}`, answer.text);
    else if (answer.text) this.toasts.show(answer.text);
    else if (answer.url) this.toasts.show(`The bot opens ${answer.url}`);
  }

  async #setBlocked(blocked) {
    await this.#try(async () => {
      await (blocked ? api.block(this.place.chat) : api.unblock(this.place.chat));
      await this.refresh();
    });
    this.focus();
  }

  #openMenu() {
    const { person, chat } = this.place;
    const groups = this.world.state.chats.filter(({ id, type }) => type !== "private" && id !== chat);
    openMenu(this.menuButton, this.head, {
      label: "More",
      kind: "menu-more",
      items: [
        this.isPrivate ? { label: this.blocked ? "Unblock the bot" : "Block the bot", icon: "block", run: () => this.#setBlocked(!this.blocked) } : null,
        ...groups.map(({ id, title }) => ({ label: `Open ${title}`, icon: "group", run: () => this.world.open({ person, chat: id }) })),
        this.isPrivate ? null : { label: "Open the private chat", icon: "person", run: () => this.world.open({ person, chat: person }) },
        { label: "Hide this chat", icon: "close", run: () => this.world.close(this) },
      ].filter(Boolean),
    });
  }

  async #try(run) {
    try {
      await run();
    } catch (error) {
      this.#explain(error);
    }
  }

  /** The same, but the caller also learns of the failure. */
  async #tell(run) {
    try {
      await run();
    } catch (error) {
      this.#explain(error);
      throw error;
    }
  }

  #explain(error) {
    if (!(error instanceof SandboxError)) throw error;
    this.toasts.show(error.message, { bad: true });
  }
}
