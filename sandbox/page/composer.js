// Where a person writes: text, files, samples of other kinds, commands, and the bot's reply keyboard.

import { el, icon } from "./dom.js";
import { replyKeys } from "./keyboards.js";
import { sizeText } from "./media.js";
import { openMenu } from "./menus.js";

const LONGEST = 4096; // Bot API: a message's text; Telegram's apps send longer texts in parts

const SAMPLES = [
  ["sticker", "Sticker", "sticker"],
  ["voice", "Voice message", "voice"],
  ["location", "Location", "place"],
  ["contact", "Contact", "card"],
  ["video", "Video", "video"],
  ["audio", "Audio", "audio"],
  ["animation", "GIF", "video"],
  ["dice", "Dice", "dice"],
  ["poll", "Poll", "poll"],
];

/** Split a text into parts that a message can hold, at a line's or a word's end where there is one. */
export function parts(text) {
  const found = [];
  let rest = text;
  while (rest.length > LONGEST) {
    const head = rest.slice(0, LONGEST);
    const cut = Math.max(head.lastIndexOf("\n"), head.lastIndexOf(" "));
    const at = cut > LONGEST / 2 ? cut : LONGEST;
    found.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  if (rest) found.push(rest);
  return found;
}

export class Composer {
  /**
   * @param {{text: (text: string) => Promise<void>, edit: (id: number, text: string) => Promise<void>, editLast: () => void,
   *   file: (file: File, kind: string, caption: string) => Promise<void>, sample: (kind: string) => void}} send
   *   the promises fail if the sandbox refused; the draft then stays
   */
  constructor(send) {
    this.send = send;
    this.commands = [];
    this.editing = null;
    this.attached = null;
    this.keyboard = null;
    this.folds = new Map(); // keyboard's message id -> folded by hand
    this.#build();
  }

  #build() {
    this.field = el("textarea", { class: "field", rows: "1", dir: "auto", placeholder: "Message", "aria-label": "Message", enterkeyhint: "send", autocomplete: "off" });
    this.slash = el("button", { type: "button", class: "round", "aria-label": "Commands of the bot", title: "Commands", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("slash"));
    this.clip = el("button", { type: "button", class: "round", "aria-label": "Attach", title: "Attach", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("clip"));
    this.keysToggle = el("button", { type: "button", class: "round", "aria-label": "Show the bot's keyboard", title: "Keyboard of the bot", hidden: true }, icon("keys"));
    this.submit = el("button", { type: "submit", class: "round send", "aria-label": "Send", title: "Send" }, icon("send"));
    this.contextWords = el("span", { class: "context-words", dir: "auto" });
    this.context = el("div", { class: "context", hidden: true }, this.contextWords,
      el("button", { type: "button", class: "round small", "aria-label": "Cancel", title: "Cancel", on: { click: () => this.#dropContext() } }, icon("close")));
    this.hints = el("div", { class: "hints", role: "group", "aria-label": "Matching commands", hidden: true });
    this.keys = el("div", { class: "reply-keys", role: "group", "aria-label": "Keyboard of the bot", hidden: true });
    this.picker = el("input", { type: "file", hidden: true, "aria-label": "File to attach" });
    this.form = el("form", { class: "composer" }, this.clip, el("div", { class: "field-box" }, this.field, this.slash, this.keysToggle), this.submit, this.picker);
    this.node = el("div", { class: "foot" }, this.hints, this.context, this.form, this.keys);

    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("input", () => this.#drawField());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("paste", (event) => this.#take(event.clipboardData?.files, event));
    this.slash.addEventListener("click", () => this.#openCommands());
    this.clip.addEventListener("click", () => this.#openAttach());
    this.keysToggle.addEventListener("click", () => {
      this.folds.set(this.keyboard.messageId, !this.#isFolded());
      this.#drawKeys();
    });
    this.picker.addEventListener("change", () => {
      if (this.picker.files[0]) this.attach(this.picker.files[0], this.pickedKind);
      this.picker.value = "";
    });
    this.hints.addEventListener("keydown", (event) => this.#hintKey(event));
    this.#drawField();
  }

  setCommands(commands) {
    this.commands = commands;
    this.slash.hidden = commands.length === 0;
  }

  /** @param {object|null} keyboard of replyKeyboard() @param {string} asked the placeholder of a forced reply */
  setKeyboard(keyboard, asked) {
    const changed = JSON.stringify(keyboard) !== JSON.stringify(this.keyboard);
    this.keyboard = keyboard;
    this.field.placeholder = asked || keyboard?.placeholder || "Message";
    if (changed) {
      this.keys.replaceChildren(...(keyboard ? replyKeys(keyboard, (button) => this.#chooseKey(button)) : []));
      this.keys.classList.toggle("resized", Boolean(keyboard?.resize));
    }
    this.#drawKeys();
  }

  #isFolded() {
    return this.folds.get(this.keyboard.messageId) ?? this.keyboard.folded;
  }

  #drawKeys() {
    const shown = this.keyboard && !this.#isFolded();
    this.keys.hidden = !shown;
    this.keysToggle.hidden = !this.keyboard || (this.keyboard.fixed && shown);
    this.keysToggle.setAttribute("aria-pressed", String(Boolean(shown)));
  }

  #chooseKey(button) {
    if (button.request_contact) this.send.sample("contact");
    else if (button.request_location) this.send.sample("location");
    else if (button.request_poll) this.send.sample("poll");
    else this.send.text(button.text).catch(() => {}); // the refusal has been shown
    if (this.keyboard?.oneTime) {
      this.folds.set(this.keyboard.messageId, true);
      this.#drawKeys();
    }
  }

  #openCommands() {
    openMenu(this.slash, this.node, {
      label: "Commands of the bot",
      kind: "menu-commands",
      items: this.commands.map(({ command, description }) => ({
        label: `/${command}`, detail: description, run: () => this.send.text(`/${command}`).catch(() => {}),
      })),
    });
  }

  #openAttach() {
    openMenu(this.clip, this.node, {
      label: "Attach",
      kind: "menu-attach",
      items: [
        { label: "Photo", icon: "photo", run: () => this.#pick("photo") },
        { label: "File", icon: "file", run: () => this.#pick("document") },
        "Send a sample",
        ...SAMPLES.map(([kind, label, name]) => ({ label, icon: name, run: () => this.send.sample(kind) })),
      ],
    });
  }

  #pick(kind) {
    this.pickedKind = kind;
    this.picker.accept = kind === "photo" ? "image/*" : "";
    this.picker.click();
  }

  #take(files, event) {
    if (!files?.length) return;
    event.preventDefault();
    this.attach(files[0], files[0].type.startsWith("image/") ? "photo" : "document");
  }

  /** Hold a file until the caption is written and sent. */
  attach(file, kind) {
    this.#dropContext();
    this.attached = { file, kind };
    this.#drawContext(`${kind === "photo" ? "Photo" : "File"}: ${file.name} (${sizeText(file.size)})`, "Caption");
  }

  /** Change an own message instead of writing a new one. */
  edit(message) {
    this.#dropContext();
    this.editing = message;
    this.field.value = message.text;
    this.#drawContext(`Editing: ${message.text.slice(0, 80)}`, "Message");
  }

  #drawContext(words, placeholder) {
    this.contextWords.textContent = words;
    this.context.hidden = false;
    this.field.placeholder = placeholder;
    this.#drawField();
    this.field.focus();
  }

  #dropContext() {
    if (this.editing) this.field.value = "";
    this.editing = null;
    this.attached = null;
    this.context.hidden = true;
    this.field.placeholder = this.keyboard?.placeholder || "Message";
    this.#drawField();
    this.field.focus();
  }

  async #submit() {
    const text = this.field.value.trim();
    const { editing, attached } = this;
    if (!text && !attached) return;
    const draft = this.field.value;
    this.field.value = "";
    this.#dropContext();
    try {
      if (editing) await this.send.edit(editing.message_id, text);
      else if (attached) await this.send.file(attached.file, attached.kind, text);
      else for (const part of parts(text)) await this.send.text(part);
    } catch {
      if (!this.field.value) this.field.value = draft; // refused (the reason has been shown): nothing typed is lost
      if (attached) this.attach(attached.file, attached.kind);
      this.#drawField();
    }
  }

  #drawField() {
    if (!CSS.supports("field-sizing", "content")) {
      this.field.style.height = "auto";
      if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight, 160)}px`;
    }
    this.submit.disabled = !this.field.value.trim() && !this.attached;
    this.#drawHints();
  }

  #drawHints() {
    const typed = /^\/(\w*)$/.exec(this.field.value);
    const found = typed ? this.commands.filter(({ command }) => command.startsWith(typed[1].toLowerCase())) : [];
    this.hints.hidden = found.length === 0;
    this.hints.replaceChildren(...found.map(({ command, description }) =>
      el("button", { type: "button", class: "hint", tabindex: "-1", on: { click: () => this.#sendHint(command) } },
        el("strong", {}, `/${command}`), el("span", { dir: "auto" }, description))));
  }

  #sendHint(command) {
    this.field.value = "";
    this.#drawField();
    this.field.focus();
    this.send.text(`/${command}`).catch(() => {});
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      if (!this.hints.hidden) this.hints.hidden = true;
      else if (!this.context.hidden) this.#dropContext();
    } else if (event.key === "ArrowUp" && !this.hints.hidden) {
      event.preventDefault();
      this.hints.lastChild.focus();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      event.preventDefault();
      this.send.editLast();
    }
  }

  #hintKey(event) {
    const at = document.activeElement;
    const to = { ArrowUp: at.previousElementSibling ?? this.hints.lastChild, ArrowDown: at.nextElementSibling ?? this.field, Escape: this.field }[event.key];
    if (!to) return;
    event.preventDefault();
    to.focus();
  }
}
