// "Jump to…": the sandbox's clock, read and moved.

import { api } from "./api.js";
import { el } from "./dom.js";
import { clockText, dayText, fieldLocal, fieldUtc, fullText, LOCAL_ZONE, sandboxNow, setSandboxNow } from "./times.js";

const JUMPS = [["+1 hour", 3600], ["+1 day", 86400], ["+1 week", 604800]];
const TICK = 1000;

export class ClockPanel {
  /**
   * @param {HTMLElement} panel a popover
   * @param {HTMLTimeElement} chip shows the time in the bar
   * @param {() => void} moved called when this page has moved the clock
   */
  constructor(panel, chip, moved) {
    this.panel = panel;
    this.chip = chip;
    this.moved = moved;
    this.day = el("span");
    this.time = el("span");
    chip.append(this.day, " ", this.time);
    this.utc = el("dd", { class: "clock-line" });
    this.local = el("dd", { class: "clock-line" });
    this.said = el("p", { class: "panel-said", role: "status" });
    this.when = el("input", { type: "datetime-local", id: "clock-when", required: true, step: "60" });
    this.zone = el("select", { id: "clock-zone" }, el("option", { value: "local" }, LOCAL_ZONE), LOCAL_ZONE === "UTC" ? null : el("option", { value: "utc" }, "UTC"));
    this.form = el("form", { class: "clock-form" },
      el("label", { for: "clock-when" }, "Date and time"), this.when,
      el("label", { for: "clock-zone" }, "Zone"), this.zone,
      el("button", { type: "submit", class: "main-button" }, "Jump to this time"));
    panel.append(
      el("h2", { id: "clock-title" }, "Jump to…"),
      el("dl", { class: "clock-now" }, el("dt", {}, "UTC"), this.utc, LOCAL_ZONE === "UTC" ? null : [el("dt", {}, LOCAL_ZONE), this.local]),
      el("div", { class: "jumps" }, JUMPS.map(([label, by]) => el("button", { type: "button", class: "soft-button", on: { click: () => this.#move({ by }) } }, label))),
      this.form,
      this.said,
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.when.value;
      const date = new Date(this.zone.value === "utc" ? `${text}Z` : text);
      this.#move({ to: date.toISOString() });
    });
    this.zone.addEventListener("change", () => this.#fill());
    panel.addEventListener("beforetoggle", (event) => event.newState === "open" && this.#fill());
    setInterval(() => this.draw(), TICK);
  }

  #fill() {
    this.said.textContent = "";
    this.when.value = this.zone.value === "utc" ? fieldUtc(sandboxNow()) : fieldLocal(sandboxNow());
  }

  draw() {
    const now = sandboxNow();
    this.chip.dateTime = now.toISOString();
    this.day.textContent = dayText(now);
    this.time.textContent = clockText(now);
    this.utc.textContent = fullText(now, "UTC");
    this.local.textContent = fullText(now);
  }

  async #move(move) {
    try {
      const { now } = await api.moveClock(move);
      setSandboxNow(now);
      this.draw();
      this.#fill();
      this.said.textContent = `It is now ${fullText(sandboxNow(), "UTC")} UTC.`;
      this.moved();
    } catch (error) {
      this.said.textContent = error.message;
    }
  }
}
