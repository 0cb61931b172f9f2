// Which chats are open, kept in the address: #open=1,2,1@-100&at=2. `1@-100` is person 1 looking at group -100.

/**
 * @typedef {{person: number, chat: number}} Place chat equals person in a private chat
 */

/** @param {Place} place */
export const placeKey = ({ person, chat }) => (person === chat ? String(person) : `${person}@${chat}`);

/**
 * @param {string} hash location.hash
 * @returns {{open: Place[], at: string|null}} what is not understood is left out
 */
export function readPlaces(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const open = [];
  const seen = new Set();
  for (const word of (fields.get("open") ?? "").split(",")) {
    const match = /^(\d+)(?:@(-?\d+))?$/.exec(word);
    if (!match || seen.has(word)) continue;
    seen.add(word);
    open.push({ person: Number(match[1]), chat: Number(match[2] ?? match[1]) });
  }
  return { open, at: fields.get("at") };
}

/** Write the open chats into the address, without a step in the browser's history. */
export function keepPlaces(open, at) {
  const hash = `#open=${open.map(placeKey).join(",")}${at ? `&at=${at}` : ""}`;
  if (location.hash !== hash) history.replaceState(null, "", hash);
}
