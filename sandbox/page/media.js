// What a message carries besides text: pictures, files, stickers, places, contacts, polls.

import { api } from "./api.js";
import { el, icon } from "./dom.js";

const addressOf = (file) => file.url ?? api.fileAddress(file.file_id);

/** "1.4 MB" */
export function sizeText(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(bytes < 10240 ? 1 : 0)} KB`;
  return `${(bytes / 1048576).toFixed(1)} MB`;
}

function lengthText(seconds) {
  if (!Number.isFinite(seconds)) return "";
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** A picture that is missing or is not one shows a tile instead of the browser's broken sign. */
function picture(file, label, show) {
  const image = el("img", { src: addressOf(file), alt: label, width: file.width, height: file.height, decoding: "async" });
  const button = el("button", { type: "button", class: "picture", "aria-label": `${label}. Open larger.` }, image);
  button.addEventListener("click", () => show(image.src, label));
  image.addEventListener("error", () => button.replaceWith(tile("photo", label, "no preview")));
  return button;
}

function tile(name, title, detail, href = null, fileName = null) {
  const inside = [
    el("span", { class: "tile-icon" }, icon(name)),
    el("span", { class: "tile-words" }, el("span", { class: "tile-title", dir: "auto" }, title), el("span", { class: "tile-detail" }, detail)),
  ];
  if (href === null) return el("div", { class: "tile" }, inside);
  return el("a", { class: "tile", href, download: fileName ?? "", title: `Download ${title}` }, inside);
}

function fileTile(name, file, title) {
  return tile(name, title, [sizeText(file.file_size), file.mime_type].filter(Boolean).join(" · "), addressOf(file), file.file_name ?? title);
}

const largest = (photo) => (Array.isArray(photo) ? photo[photo.length - 1] : photo);

const KINDS = {
  photo: (photo, show) => picture(largest(photo), "Picture", show),
  document: (file) => fileTile("file", file, file.file_name ?? "File"),
  video: (file) => fileTile("video", file, file.file_name ?? `Video ${lengthText(file.duration)}`),
  animation: (file) => fileTile("video", file, file.file_name ?? "GIF"),
  audio: (file) => fileTile("audio", file, file.title ?? file.file_name ?? "Audio"),
  voice: (file) => fileTile("voice", file, `Voice message ${lengthText(file.duration)}`),
  video_note: (file) => fileTile("video", file, "Video message"),
  sticker: (file) => el("div", { class: "sticker" }, tile("sticker", `Sticker ${file.emoji ?? ""}`, file.set_name ?? "sticker")),
  location: (at) => tile("place", "Location", `${Number(at.latitude).toFixed(4)}, ${Number(at.longitude).toFixed(4)}`),
  venue: (venue) => tile("place", venue.title ?? "Venue", venue.address ?? ""),
  contact: (card) => tile("card", [card.first_name, card.last_name].filter(Boolean).join(" ") || "Contact", card.phone_number ?? ""),
  dice: (dice) => tile("dice", `Dice: ${dice.value}`, dice.emoji ?? ""),
  poll: (poll) => el("div", { class: "poll" },
    el("strong", { dir: "auto" }, poll.question ?? "Poll"),
    el("ul", {}, (poll.options ?? []).map((option) => el("li", { dir: "auto" }, option.text ?? String(option)))),
  ),
};

/**
 * @param {object} message of the control API
 * @param {(address: string, label: string) => void} show opens a picture larger
 * @returns {HTMLElement|null} null for a message of text alone
 */
export function media(message, show) {
  // An animation also carries a document, a venue a location: the more exact kind is the one to show.
  const order = ["animation", "venue", "photo", "video", "video_note", "audio", "voice", "sticker", "document", "location", "contact", "dice", "poll"];
  const kind = order.find((name) => message[name]);
  return kind ? KINDS[kind](message[kind], show) : null;
}

/** A word for what a message carries, for those who hear the page. */
export function spokenKind(message) {
  const kind = Object.keys(KINDS).find((name) => message[name]);
  return kind ? kind.replace("_", " ") : "";
}
