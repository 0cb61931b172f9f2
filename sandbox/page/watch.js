// Which sent messages the bot has taken: one quiet question at a time, so that no more than one connection waits.

import { api } from "./api.js";

const ASKS_FOR = 10; // seconds that the sandbox may hold one question
const RETRY = 3000;

export class Watch {
  /** @param {(chatId: number, messageId: number) => void} settled */
  constructor(settled) {
    this.settled = settled;
    this.line = [];
    this.sending = new Map(); // chat id -> how many messages are just being sent: their ids are not known yet
    this.running = false;
  }

  /**
   * Follow a message from its sending on.
   * @param {number} chatId
   * @param {Promise<{update_id?: number, message_id?: number}>} sending fails if the sandbox refused
   */
  async follow(chatId, sending) {
    this.sending.set(chatId, (this.sending.get(chatId) ?? 0) + 1);
    try {
      const sent = await sending;
      if (typeof sent?.update_id !== "number") return; // a group message that the bot does not hear
      this.line.push({ updateId: sent.update_id, chatId, messageId: sent.message_id });
    } finally {
      this.sending.set(chatId, this.sending.get(chatId) - 1);
    }
    if (!this.running) this.#run();
  }

  /** Asked about a message that is new on the page; what other pages sent counts as taken. */
  isOnItsWay(chatId, messageId) {
    return this.sending.get(chatId) > 0 || this.line.some((sent) => sent.chatId === chatId && sent.messageId === messageId);
  }

  async #run() {
    this.running = true;
    while (this.line.length) {
      const { updateId, chatId, messageId } = this.line[0];
      let state;
      try {
        ({ state } = await api.update(updateId, ASKS_FOR));
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY)); // the page says by itself that the sandbox is away
        this.line.shift();
        continue;
      }
      if (state === "pending" || state === "in_flight") continue;
      this.line.shift();
      if (state === "settled" && messageId !== undefined) this.settled(chatId, messageId);
    }
    this.running = false;
  }
}
