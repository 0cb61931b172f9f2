// Short notices over a chat, alerts that must be closed, and a larger view of a picture.

import { el } from "./dom.js";

const STAYS = 5000;

/** Toasts of one chat; `node` is where they show, and assistive technology hears them. */
export class Toasts {
  constructor() {
    this.node = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
  }

  /** @param {string} text @param {{url?: string, bad?: boolean}} more */
  show(text, more = {}) {
    const close = () => toast.remove();
    const toast = el("div", { class: `toast${more.bad ? " bad" : ""}`, dir: "auto", on: { click: close } }, text);
    this.node.append(toast);
    while (this.node.children.length > 3) this.node.firstChild.remove();
    setTimeout(close, Math.max(STAYS, text.length * 70));
  }
}

function dialog(className, label, ...children) {
  const box = el("dialog", { class: className, "aria-label": label }, ...children);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => event.target === box && box.close());
  document.body.append(box);
  box.showModal();
  return box;
}

/** A callback's answer with show_alert: stays until it is closed. */
export function alertBox(title, text) {
  const ok = el("button", { type: "button", class: "main-button", on: { click: () => box.close() } }, "OK");
  const box = dialog("alert", title, el("h2", {}, title), el("p", { dir: "auto" }, text), el("div", { class: "dialog-feet" }, ok));
  ok.focus();
}

/** @param {string} address @param {string} label */
export function showPicture(address, label) {
  const close = el("button", { type: "button", class: "main-button", on: { click: () => box.close() } }, "Close");
  const box = dialog("viewer", label, el("img", { src: address, alt: label }), el("div", { class: "dialog-feet" }, close));
}

/** A form in a dialog. @param {(box: HTMLDialogElement) => HTMLElement[]} fill */
export function formBox(label, fill) {
  const box = dialog("form-box", label);
  box.append(...fill(box));
  box.querySelector("input, button")?.focus();
  return box;
}
