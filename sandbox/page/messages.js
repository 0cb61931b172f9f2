// The list of a chat's messages: drawn once, then changed in place, without moving what is being read.

import { fillBubble, plainText, showSettled } from "./bubble.js";
import { el, icon } from "./dom.js";
import { dayKey, dayText, relativeText } from "./times.js";

const NEAR_END = 48; // pixels: this close to the end counts as being there

export class MessageList {
  /**
   * @param {object} actions of the bubbles
   * @param {{isMine: (message: object) => boolean, senderOf: (message: object) => string|null, isOnItsWay: (id: number) => boolean,
   *   say: (words: string) => void}} facts
   */
  constructor(actions, facts) {
    this.actions = actions;
    this.facts = facts;
    this.rows = new Map(); // message id -> {row, signature}
    this.days = new Map(); // day -> list item
    this.started = false;
    this.unseen = 0;
    this.list = el("ol", { class: "messages", role: "list" });
    this.wall = el("div", { class: "wall", tabindex: "0", role: "region", "aria-label": "Messages" }, this.list);
    this.count = el("span", { class: "count", hidden: true });
    this.toEnd = el("button", { type: "button", class: "round to-end", "aria-label": "Go to the newest message", hidden: true, on: { click: () => this.scrollToEnd(true) } }, icon("down"), this.count);
    this.wall.addEventListener("scroll", () => this.#noteScroll(), { passive: true });
    // A keyboard that opens below, or a window that changes, must not hide the end from one who was there.
    this.pinned = true;
    const sizes = new ResizeObserver(() => this.pinned && this.scrollToEnd(false));
    sizes.observe(this.wall);
    sizes.observe(this.list);
  }

  get isAtEnd() {
    return this.wall.scrollHeight - this.wall.scrollTop - this.wall.clientHeight < NEAR_END;
  }

  // A scroll event may come from the person, or from a layout that has just become higher or lower. Only the person
  // leaves the end.
  #noteScroll() {
    const size = `${this.wall.scrollHeight}/${this.wall.clientHeight}`;
    if (this.isAtEnd) {
      this.pinned = true;
      this.unseen = 0;
    } else if (size === this.size) this.pinned = false;
    else if (this.pinned) this.scrollToEnd(false);
    this.size = size;
    this.#drawEnd();
  }

  #drawEnd() {
    this.toEnd.hidden = this.pinned;
    this.count.hidden = this.unseen === 0;
    this.count.textContent = String(this.unseen);
  }

  scrollToEnd(gently) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.wall.scrollTo({ top: this.wall.scrollHeight, behavior: gently && !calm ? "smooth" : "instant" });
  }

  /**
   * Show these messages, oldest first.
   * @param {object[]} messages
   * @returns {object[]} the bot's messages that are new since the last time (none at the first)
   */
  show(messages) {
    const wasPinned = this.pinned;
    const anchor = wasPinned ? null : this.#anchor();
    const focused = this.#focusedPlace();
    const byId = new Map(messages.map((message) => [message.message_id, message]));
    const fresh = [];
    const wanted = [];
    const days = new Map();
    let previous = null;
    for (const message of messages) {
      const day = dayKey(new Date(message.date * 1000));
      if (!days.has(day)) {
        days.set(day, this.days.get(day) ?? dayRow(message));
        wanted.push(days.get(day));
        previous = null;
      }
      const kept = this.rows.get(message.message_id);
      const entry = kept ?? { row: el("li", { data: { id: message.message_id } }), signature: "" };
      const signature = JSON.stringify(message);
      if (entry.signature !== signature) {
        const mine = this.facts.isMine(message);
        fillBubble(entry.row, message, {
          mine,
          sender: this.facts.senderOf(message),
          quoted: byId.get(message.reply_to) ?? null,
          settled: !this.facts.isOnItsWay(message.message_id),
        }, this.actions);
        if (this.started && !mine) this.facts.say(`${kept ? "Changed: " : ""}${plainText(message)}`);
        if (this.started && !mine && !kept) fresh.push(message);
        if (this.started && !kept) entry.row.classList.add("arriving");
        entry.signature = signature;
        this.rows.set(message.message_id, entry);
      }
      entry.row.classList.toggle("follows", previous?.from === message.from && message.date - previous.date < 300);
      wanted.push(entry.row);
      previous = message;
    }
    for (const id of [...this.rows.keys()]) if (!byId.has(id)) this.rows.delete(id);
    this.days = days;
    this.#place(wanted);
    this.#refocus(focused);
    const sent = messages.length > 0 && this.facts.isMine(messages[messages.length - 1]) && this.lastId !== messages[messages.length - 1].message_id;
    this.lastId = messages[messages.length - 1]?.message_id;
    if (wasPinned || sent) this.scrollToEnd(false);
    else {
      this.#restore(anchor);
      this.unseen += fresh.length;
    }
    this.pinned = wasPinned || sent || this.isAtEnd;
    this.size = `${this.wall.scrollHeight}/${this.wall.clientHeight}`;
    this.#drawEnd();
    this.started = true;
    return fresh;
  }

  settled(messageId) {
    const entry = this.rows.get(messageId);
    if (entry) showSettled(entry.row);
  }

  /** Relative times are told from the sandbox's clock, which has moved. */
  clockMoved() {
    for (const node of this.list.querySelectorAll("time[data-relative]")) {
      node.textContent = relativeText(new Date(Number(node.dataset.relative)));
    }
  }

  #place(wanted) {
    const stays = new Set(wanted);
    for (const node of [...this.list.children]) if (!stays.has(node)) node.remove();
    wanted.forEach((node, index) => {
      const there = this.list.children[index];
      if (there !== node) this.list.insertBefore(node, there ?? null);
    });
  }

  // The first message that is in view stays where it is, whatever grows or goes above it.
  #anchor() {
    const top = this.wall.getBoundingClientRect().top;
    for (const row of this.list.querySelectorAll("li[data-id]")) { // not the days: they stick to the top
      const box = row.getBoundingClientRect();
      if (box.bottom > top) return { row, offset: box.top - top };
    }
    return null;
  }

  #restore(anchor) {
    if (!anchor?.row.isConnected) return;
    const now = anchor.row.getBoundingClientRect().top - this.wall.getBoundingClientRect().top;
    this.wall.scrollTop += now - anchor.offset;
  }

  // Whoever pressed a button by keyboard keeps the focus when an edit replaces the buttons.
  #focusedPlace() {
    const focus = document.activeElement;
    const row = focus?.closest?.("li[data-id]");
    if (!row || !this.list.contains(row)) return null;
    return { row, place: focus.dataset.place ?? null, focus };
  }

  #refocus(before) {
    if (!before || before.focus.isConnected) return;
    const { row, place } = before;
    const target = (place && row.querySelector(`[data-place="${place}"]`)) || row.querySelector("[data-place]") || this.wall;
    target.focus({ preventScroll: true });
  }
}

function dayRow(message) {
  const date = new Date(message.date * 1000);
  return el("li", { class: "day" }, el("span", { class: "pill" }, el("time", { datetime: date.toISOString().slice(0, 10) }, dayText(date))));
}
