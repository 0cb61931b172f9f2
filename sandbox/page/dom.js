// The page's only way to make elements. Content always goes in as text nodes; markup is never parsed.

/**
 * Make an element.
 * @param {string} name tag name
 * @param {object} traits `class`, `on` ({event: listener}), `data` ({name: value}) and any attribute;
 *   true sets an empty attribute, null, undefined and false leave it out
 * @param {...(Node|string|null)} children strings become text nodes, null and undefined are left out
 * @returns {HTMLElement}
 */
export function el(name, traits = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(traits)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (key === "data") Object.assign(node.dataset, value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7.5V12l3 2",
  bolt: "M13 3 5 13.5h6L10.5 21 19 10.5h-6z",
  person: "M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3.5 20a6.5 6.5 0 0 1 12-3.5M18 14v6M15 17h6",
  close: "M6 6l12 12M18 6 6 18",
  more: "M5.5 11.2v1.6M4.7 12h1.6M12 11.2v1.6M11.2 12h1.6M18.5 11.2v1.6M17.7 12h1.6",
  send: "M4.5 12 3.5 4.5 21 12 3.5 19.5zM4.5 12H12",
  clip: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.7-8.7a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.7-7.7",
  slash: "M14.5 6.5l-5 11M5 3.5h14a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 19V5A1.5 1.5 0 0 1 5 3.5",
  keys: "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1M7 10h.01M11 10h.01M15 10h.01M8 14h8",
  pencil: "M4 20l.8-4L16 4.8a1.7 1.7 0 0 1 2.4 0l.8.8a1.7 1.7 0 0 1 0 2.4L8 19.2z",
  down: "M6 9l6 6 6-6",
  out: "M8 16 16 8M9.5 8H16v6.5",
  copy: "M9 9h10v11H9zM5 15V4h10",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  photo: "M4 5h16v14H4zM4 16l4.5-5 4 4 2.5-2.5 5 4M15.5 9.5h.01",
  sticker: "M5 4h14v9l-6 7H5zM13 20v-7h6M9 9h.01M14.5 9h.01M9 13c.8.7 1.7 1 2.5 1",
  voice: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",
  place: "M12 21s-6.5-6.5-6.5-11.5a6.5 6.5 0 0 1 13 0C18.5 14.5 12 21 12 21M12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
  card: "M3.5 5.5h17v13h-17zM8.5 12a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6M5.5 16a3 3 0 0 1 6 0M14 10h4M14 13.5h4",
  video: "M3.5 6.5h12v11h-12zM15.5 11l5-3v8l-5-3",
  audio: "M9 18V5.5l10-2V16M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0M19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0",
  dice: "M5 5h14v14H5zM9 9h.01M15 9h.01M9 15h.01M15 15h.01M12 12h.01",
  poll: "M5 20V11M12 20V4M19 20v-6",
  block: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M6 6l12 12",
  group: "M8.5 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.5 19a6 6 0 0 1 12 0M16 6a3 3 0 0 1 0 5.5M17.5 14a6 6 0 0 1 4 5",
  warn: "M12 4 2.5 20h19zM12 10v4.5M12 17.2h.01",
  sent: "M4 12.5l4.5 4.5L19 6.5",
  read: "M1.5 12.5 6 17 15.5 7M10 16l1 1L22 6.5",
};

/**
 * An icon of one colour (the text's); decoration, hidden from assistive technology.
 * @param {string} name a key of PATHS
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Put the icons into the page's own `data-icon` places. */
export function fillIcons(root) {
  for (const slot of root.querySelectorAll("[data-icon]")) slot.replaceChildren(icon(slot.dataset.icon));
}
