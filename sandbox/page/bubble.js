// One message as a bubble.

import { el, icon } from "./dom.js";
import { richText } from "./entities.js";
import { inlineKeyboard } from "./keyboards.js";
import { media, spokenKind } from "./media.js";
import { clockText, fullText } from "./times.js";

const SERVICE = {
  new_chat_members: "joined the chat",
  left_chat_member: "left the chat",
  pinned_message: "pinned a message",
  group_chat_created: "made the group",
};

/** The plain words of a message, for lists, quotes and those who hear the page. */
export function plainText(message) {
  const words = message.text ?? message.caption ?? "";
  const kind = spokenKind(message);
  return kind ? [kind, words].filter(Boolean).join(": ") : words;
}

const hostOf = (message) => {
  const entity = (message.entities ?? []).find(({ type }) => type === "url" || type === "text_link");
  if (!entity) return null;
  const address = entity.url ?? message.text.slice(entity.offset, entity.offset + entity.length);
  try {
    return new URL(address.includes("://") ? address : `https://${address}`).hostname;
  } catch {
    return null;
  }
};

function linkPreview(message) {
  const host = message.link_preview ? hostOf(message) : null;
  if (!host) return null;
  return el("div", { class: "preview" }, el("strong", {}, host), el("span", {}, "Telegram would show a preview of this page here."));
}

function meta(message, mine, settled) {
  const date = new Date(message.date * 1000);
  const edited = message.edit_date ? el("span", { class: "edited", title: `Edited ${fullText(new Date(message.edit_date * 1000))}` }, "edited ") : null;
  const time = el("time", { datetime: date.toISOString(), title: fullText(date) }, clockText(date));
  return el("span", { class: "meta", dir: "ltr" }, edited, time, mine ? tick(settled) : null);
}

function tick(settled) {
  const words = settled ? "The bot has it" : "Sent; the bot does not have it yet";
  return el("span", { class: "tick", title: words, role: "img", "aria-label": words }, icon(settled ? "read" : "sent"));
}

/** Two ticks once the bot has the update, without drawing the message again. */
export function showSettled(row) {
  row.querySelector(".tick")?.replaceWith(tick(true));
}

function service(message) {
  const name = Object.keys(SERVICE).find((key) => message[key]);
  return name ? SERVICE[name] : null;
}

/**
 * Fill the list item of a message. The item itself stays (edits happen in place).
 * @param {HTMLElement} row
 * @param {object} message of the control API
 * @param {{mine: boolean, sender: string|null, quoted: object|null, settled: boolean}} about
 * @param {object} actions press, note, waiting, command, edit, show
 */
export function fillBubble(row, message, about, actions) {
  const said = service(message);
  if (said) {
    row.className = "row note-row";
    row.replaceChildren(el("p", { class: "pill", dir: "auto" }, `${about.sender ?? "Somebody"} ${said}`));
    return;
  }
  row.classList.add("row", about.mine ? "out" : "in");
  const words = message.text ?? message.caption ?? "";
  const entities = message.text === undefined ? message.caption_entities ?? [] : message.entities ?? [];
  const carried = media(message, actions.show);
  const known = carried || words;
  const bubble = el("article", { class: `bubble${carried && !words ? " bare" : ""}` },
    about.sender ? el("p", { class: "sender", dir: "auto" }, about.sender) : null,
    about.quoted ? el("p", { class: "quoted", dir: "auto" }, plainText(about.quoted).slice(0, 120)) : null,
    carried,
    el("div", { class: "text", dir: "auto" },
      el("span", { class: "words" }, known ? richText(words, entities, actions) : "This kind of message is not shown in the sandbox."),
      linkPreview(message),
      meta(message, about.mine, about.settled)),
  );
  const canEdit = about.mine && message.text !== undefined && !message.forward_origin;
  const pencil = canEdit ? el("button", { type: "button", class: "round small edit-own", "aria-label": "Edit this message", title: "Edit", on: { click: () => actions.edit(message) } }, icon("pencil")) : null;
  row.replaceChildren(el("div", { class: "stack" }, bubble, inlineKeyboard(message, actions)), ...(pencil ? [pencil] : []));
}
