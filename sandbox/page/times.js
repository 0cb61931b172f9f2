// Dates and times as the reader's browser writes them, and the sandbox's clock, which may jump.

/** The reader's own zone, such as "Europe/Berlin". */
export const LOCAL_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

let ahead = 0; // milliseconds that the sandbox is ahead of this browser

/** Remember what the sandbox says that time it is. @param {string} iso */
export function setSandboxNow(iso) {
  const read = Date.parse(iso);
  if (!Number.isNaN(read)) ahead = read - Date.now();
}

/** The sandbox's present instant. @returns {Date} */
export const sandboxNow = () => new Date(Date.now() + ahead);

const written = (options, zone) => new Intl.DateTimeFormat(undefined, { ...options, timeZone: zone });
const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY = { weekday: "short", day: "numeric", month: "short", year: "numeric" };

export const clockText = (date, zone = LOCAL_ZONE) => written(HOUR, zone).format(date);
export const dayText = (date, zone = LOCAL_ZONE) => written(DAY, zone).format(date);
export const fullText = (date, zone = LOCAL_ZONE) => `${dayText(date, zone)}, ${written({ ...HOUR, second: "2-digit" }, zone).format(date)}`;
/** A key of the local day, to tell when a new one begins. */
export const dayKey = (date) => written({ year: "numeric", month: "2-digit", day: "2-digit" }, LOCAL_ZONE).format(date);

/** "2027-09-24T09:00" in UTC, as a datetime-local field wants it. */
export const fieldUtc = (date) => date.toISOString().slice(0, 16);
/** The same in the reader's zone. */
export function fieldLocal(date) {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

const STEPS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** "in 3 days", seen from the sandbox's clock. */
export function relativeText(date) {
  const seconds = Math.round((date.getTime() - sandboxNow().getTime()) / 1000);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/**
 * The text of a `date_time` entity.
 * @param {Date} date
 * @param {string} format Bot API: "r", or any of w (weekday), d/D (short/long date), t/T (short/long time); "" keeps the text
 * @param {string} text what the bot wrote
 */
export function dateTimeText(date, format, text) {
  if (!format || !/^(r|w?[dD]?[tT]?)$/.test(format)) return text;
  if (format === "r") return relativeText(date);
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  if (format.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "2-digit" });
  if (format.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/[tT]/.test(format)) Object.assign(options, HOUR);
  if (format.includes("T")) options.second = "2-digit";
  return written(options, LOCAL_ZONE).format(date);
}
