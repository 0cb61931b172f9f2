// Small menus that open from a button: arrow keys move, Escape closes, a click elsewhere closes.

import { el, icon } from "./dom.js";

let closeOpen = null;

/**
 * Open a menu, or close it if it is the one that is open.
 * @param {HTMLElement} button what opened it; gets the focus back
 * @param {HTMLElement} place where the menu is put
 * @param {{label: string, kind: string, items: Array<{label: string, detail?: string, icon?: string, run: () => void}|string>}} menu
 *   a string among the items is a heading
 */
export function openMenu(button, place, menu) {
  const again = closeOpen?.button === button;
  closeOpen?.(false);
  if (again) return;
  const node = el("div", { class: `menu ${menu.kind}`, role: "menu", "aria-label": menu.label });
  for (const item of menu.items) {
    if (typeof item === "string") {
      node.append(el("p", { class: "menu-heading", role: "presentation" }, item));
      continue;
    }
    node.append(el("button", { type: "button", role: "menuitem", tabindex: "-1", on: { click: () => (close(true), item.run()) } },
      item.icon ? icon(item.icon) : null,
      el("span", { class: "menu-label", dir: "auto" }, item.label),
      item.detail ? el("span", { class: "menu-detail", dir: "auto" }, item.detail) : null));
  }
  const items = [...node.querySelectorAll("[role=menuitem]")];
  const close = (giveBack) => {
    node.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    closeOpen = null;
    if (giveBack) button.focus();
  };
  close.button = button;
  const outside = (event) => {
    if (!node.contains(event.target) && !button.contains(event.target)) close(false);
  };
  node.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items.at(((to % items.length) + items.length) % items.length).focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close(true);
    } else if (event.key === "Tab") close(false);
  });
  document.addEventListener("pointerdown", outside, true);
  place.append(node);
  button.setAttribute("aria-expanded", "true");
  closeOpen = close;
  items[0]?.focus();
}
