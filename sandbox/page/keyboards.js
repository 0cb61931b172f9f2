// Keyboards of the bot: inline ones under a message, and reply keyboards under the text field.

import { el, icon } from "./dom.js";
import { safeAddress } from "./entities.js";

const STYLES = new Set(["danger", "success", "primary"]);

/** One button, told apart from a different one that an edit puts in the same place. */
export const buttonKey = (messageId, row, col, button) => `${messageId}/${row}/${col}/${button.callback_data ?? ""}/${button.text}`;

/**
 * @param {object} message with reply_markup.inline_keyboard
 * @param {{press: Function, note: (text: string) => void, command: (text: string) => void, start: Function, waiting: Set<string>}} actions
 *   `waiting` holds buttonKeys, `start` gives what opening an address says to the bot
 * @returns {HTMLElement|null}
 */
export function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return el("div", { class: "inline-keys", role: "group", "aria-label": "Buttons of this message" },
    rows.map((buttons, row) => el("div", { class: "key-row" }, buttons.map((button, col) => inlineButton(message, button, row, col, actions)))),
  );
}

function inlineButton(message, button, row, col, actions) {
  const key = buttonKey(message.message_id, row, col, button);
  const style = STYLES.has(button.style) ? ` key-${button.style}` : "";
  const words = el("span", { class: "key-words", dir: "auto" }, button.text);
  const address = button.url ?? button.login_url?.url ?? button.web_app?.url;
  const start = button.url ? actions.start(button.url) : null; // a deep link to this bot stays in the chat
  if (start === null && address && safeAddress(address)) {
    return el("a", { class: `key${style}`, href: safeAddress(address), target: "_blank", rel: "noopener noreferrer", title: address, data: { place: `${row}/${col}` } },
      words, icon("out"));
  }
  const waits = actions.waiting.has(key);
  const node = el("button", {
    type: "button", class: `key${style}${waits ? " waiting" : ""}`, "aria-busy": waits ? "true" : null,
    disabled: Boolean(button.disabled), title: address ?? null, data: { key, place: `${row}/${col}` },
  }, words, button.copy_text ? icon("copy") : null);
  node.addEventListener("click", () => {
    if (button.copy_text) copy(button.copy_text.text, actions.note);
    else if (button.callback_data !== undefined) actions.press(message.message_id, row, col, key);
    else if (start !== null) actions.command(start);
    else if (address) actions.note(`This button opens ${address}`);
    else actions.note("This kind of button does nothing in the sandbox.");
  });
  return node;
}

async function copy(text, note) {
  try {
    await navigator.clipboard.writeText(text);
    note("Copied.");
  } catch {
    note(`To copy: ${text}`); // the browser did not let us
  }
}

/** Show or end the spinner of the buttons with this key, without touching anything else. */
export function markWaiting(root, key, waits) {
  for (const node of root.querySelectorAll(".key[data-key]")) {
    if (node.dataset.key !== key) continue;
    node.classList.toggle("waiting", waits);
    if (waits) node.setAttribute("aria-busy", "true");
    else node.removeAttribute("aria-busy");
  }
}

/**
 * The reply keyboard that a chat ends with, as Telegram keeps it: the last one that the bot sent and did not remove.
 * @param {object[]} messages oldest first
 * @param {number} me the person's id
 * @returns {{messageId: number, rows: object[][], placeholder: string, resize: boolean, folded: boolean, fixed: boolean}|null}
 */
export function replyKeyboard(messages, me) {
  let found = null;
  for (const message of messages) {
    const markup = message.reply_markup;
    if (message.from === me && found?.oneTime) found.folded = true;
    if (message.from !== "bot" || !markup) continue;
    if (markup.remove_keyboard) found = null;
    else if (markup.keyboard) {
      found = {
        messageId: message.message_id,
        rows: markup.keyboard.map((row) => row.map((button) => (typeof button === "string" ? { text: button } : button))),
        placeholder: markup.input_field_placeholder ?? "",
        resize: Boolean(markup.resize_keyboard),
        oneTime: Boolean(markup.one_time_keyboard),
        fixed: Boolean(markup.is_persistent),
        folded: false,
      };
    }
  }
  return found;
}

/** @param {(button: object) => void} choose */
export function replyKeys(keyboard, choose) {
  return keyboard.rows.map((row) =>
    el("div", { class: "key-row" }, row.map((button) =>
      el("button", { type: "button", class: `reply-key${STYLES.has(button.style) ? ` key-${button.style}` : ""}`, on: { click: () => choose(button) } },
        el("span", { class: "key-words", dir: "auto" }, button.text)))));
}
