// Telegram's message entities (offsets in UTF-16 units, as JavaScript's own strings) to DOM nodes. Text is never markup.

import { el, icon } from "./dom.js";
import { dateTimeText, fullText } from "./times.js";

const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

/**
 * The address if a browser may open it, else null (javascript:, data: and the like, or no address at all).
 * @param {string} address
 */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * What opening an address says to the bot: "/start" with the payload of a deep link, as sandbox/links.py has it.
 * @param {string} address
 * @param {string} username the bot's
 * @returns {string|null} null for an address that leads elsewhere
 */
export function startText(address, username) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const asked = url.searchParams;
  const web = /^https?:$/.test(url.protocol) && ["t.me", "telegram.me"].includes(url.hostname);
  const own = url.protocol === "tg:" && url.hostname === "resolve";
  const named = web ? url.pathname.replaceAll("/", "") : own ? asked.get("domain") ?? "" : "";
  if (!username || named.toLowerCase() !== username.toLowerCase() || !asked.has("start")) return null;
  return /^[\w-]{1,64}$/.test(asked.get("start")) ? `/start ${asked.get("start")}` : "/start";
}

/** A link that opens another page, or plain text with the address as its title if it must not be opened. */
export function outsideLink(address, traits, ...children) {
  const href = safeAddress(address);
  if (href === null) return el("span", { ...traits, title: address }, ...children);
  return el("a", { ...traits, href, target: "_blank", rel: "noopener noreferrer", title: href }, ...children);
}

const withScheme = (text) => (/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

const SIMPLE = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  hashtag: "span",
  cashtag: "span",
  mention: "span",
  text_mention: "span",
  custom_emoji: "span",
};

function spoiler(children) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text. Press to show." });
  node.append(el("span", { class: "spoiler-text", "aria-hidden": "true" }, children));
  const show = () => {
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
    node.firstChild.removeAttribute("aria-hidden");
  };
  node.addEventListener("click", show, { once: true });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    show();
  });
  return node;
}

function foldedQuote(children) {
  const inside = el("div", { class: "fold-inside" }, children);
  const toggle = el("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": "Show all of the quote" }, icon("down"));
  const quote = el("blockquote", { class: "folded" }, inside, toggle);
  toggle.addEventListener("click", () => {
    const open = quote.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!open));
  });
  return quote;
}

function codeBlock(entity, text, children) {
  return el("pre", { "data-language": entity.language ?? null, tabindex: "0" }, el("code", {}, children));
}

function linkOrStart(address, children, actions) {
  const start = actions.start(address);
  if (start === null) return outsideLink(address, { class: "link" }, children);
  return el("button", { type: "button", class: "link", title: address, on: { click: () => actions.command(start) } }, children);
}

function dressed(entity, text, children, actions) {
  switch (entity.type) {
    case "code":
      return el("code", { dir: "ltr" }, children);
    case "pre":
      return codeBlock(entity, text, children);
    case "blockquote":
      return el("blockquote", {}, children);
    case "expandable_blockquote":
      return foldedQuote(children);
    case "spoiler":
      return spoiler(children);
    case "text_link":
      return linkOrStart(entity.url ?? "", children, actions);
    case "url":
      return linkOrStart(withScheme(text), children, actions);
    case "email":
      return outsideLink(`mailto:${text}`, { class: "link" }, children);
    case "phone_number":
      return outsideLink(`tel:${text.replace(/[^+\d]/g, "")}`, { class: "link" }, children);
    case "bot_command":
      return el("button", { type: "button", class: "link command", on: { click: () => actions.command(text) } }, children);
    case "date_time": {
      const date = new Date((entity.unix_time ?? 0) * 1000);
      const shown = dateTimeText(date, entity.date_time_format ?? "", text);
      const data = entity.date_time_format === "r" ? { relative: String(date.getTime()) } : {};
      return el("time", { datetime: date.toISOString(), title: fullText(date), data }, shown === text ? children : shown);
    }
    default: {
      const name = SIMPLE[entity.type];
      return name ? el(name, { class: name === "span" ? "mention" : null }, children) : children;
    }
  }
}

/**
 * Nodes of a text. Entities may nest; one that crosses another's end is cut there and goes on after it.
 * @param {string} text
 * @param {Array<{type: string, offset: number, length: number}>} entities
 * @param {{command: (text: string) => void, start: (address: string) => string|null}} actions what a tap on a command
 *   does, and what opening an address says to the bot (null: it leads elsewhere)
 * @returns {Array<Node|string>}
 */
export function richText(text, entities, actions) {
  const sorted = entities
    .filter(({ offset, length }) => Number.isInteger(offset) && length > 0 && offset >= 0 && offset < text.length)
    .map((entity, order) => ({ ...entity, order, end: Math.min(entity.offset + entity.length, text.length) }))
    .sort(byPlace);
  return pieces(text, 0, text.length, sorted, actions);
}

const byPlace = (a, b) => a.offset - b.offset || b.end - a.end || a.order - b.order;

function pieces(text, start, end, entities, actions) {
  const nodes = [];
  const rest = [...entities];
  let at = start;
  while (rest.length) {
    const entity = rest.shift();
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inside = [];
    const after = [];
    for (const other of rest) {
      if (other.offset >= entity.end) after.push(other);
      else {
        inside.push({ ...other, end: Math.min(other.end, entity.end) });
        if (other.end > entity.end) after.push({ ...other, offset: entity.end });
      }
    }
    rest.splice(0, rest.length, ...after.sort(byPlace));
    const children = pieces(text, entity.offset, entity.end, inside, actions);
    const node = dressed(entity, text.slice(entity.offset, entity.end), children, actions);
    nodes.push(...(Array.isArray(node) ? node : [node]));
    at = entity.end;
    if (BLOCKS.has(entity.type) && text[at] === "\n") at += 1; // the block's own end is the line's end
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}
