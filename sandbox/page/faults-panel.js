// Faults of the sandbox's Bot API, switched on and off, to see how the bot takes them.

import { api } from "./api.js";
import { el } from "./dom.js";

// What one switch orders. The words say what the bot's programmer would see.
const FAULTS = [
  { id: "drop_before", label: "Requests get lost", detail: "The connection breaks before the call is carried out", order: { kind: "drop_before", method: "*" } },
  { id: "drop_after", label: "Answers get lost", detail: "The call is carried out, then the connection breaks", order: { kind: "drop_after", method: "*" } },
  { id: "slow", label: "Slow answers", detail: "Every call takes two seconds more", order: { kind: "slow", method: "*", seconds: 2 } },
  { id: "error", label: "Server errors", detail: "Calls fail with 500", order: { kind: "error", method: "*", status: 500 } },
  { id: "flood", label: "Flood control", detail: "sendMessage: 429, retry after 3 seconds", order: { kind: "flood", method: "sendMessage", retry_after: 3 } },
  { id: "duplicate", label: "Updates come twice", detail: "The same update is delivered again", order: { kind: "duplicate", method: "*" } },
  { id: "reorder", label: "Updates out of order", detail: "Neighbours change places", order: { kind: "reorder", method: "*" } },
  { id: "conflict", label: "A second poller", detail: "getUpdates: 409 Conflict", order: { kind: "conflict", method: "getUpdates" } },
  { id: "unauthorized", label: "Token refused", detail: "Every call: 401 Unauthorized", order: { kind: "unauthorized", method: "*" } },
];

const OFTEN = [
  { value: "always", label: "every time", order: {} },
  { value: "third", label: "about one time in three", order: { probability: 0.34 } },
  { value: "once", label: "the next time only", order: { times: 1 } },
];

const isOn = (row) => row.times === null || row.times === undefined || (row.happened ?? 0) < row.times;
const rowsOf = (body) => (Array.isArray(body) ? body : body?.faults ?? []);

export class FaultsPanel {
  /** @param {HTMLElement} panel a popover @param {HTMLElement} count the badge on the bar's button */
  constructor(panel, count) {
    this.count = count;
    this.rows = [];
    this.often = el("select", { id: "faults-often" }, OFTEN.map(({ value, label }) => el("option", { value }, label)));
    this.said = el("p", { class: "panel-said", role: "status" });
    this.switches = new Map();
    const list = el("ul", { class: "switches" }, FAULTS.map((fault) => {
      const box = el("input", { type: "checkbox", role: "switch", id: `fault-${fault.id}`, class: "switch", "aria-describedby": `fault-${fault.id}-detail` });
      box.addEventListener("change", () => this.#change(fault, box.checked));
      this.switches.set(fault.id, box);
      return el("li", {}, el("label", { for: box.id }, fault.label), el("span", { class: "switch-detail", id: `fault-${fault.id}-detail` }, fault.detail), box);
    }));
    panel.append(
      el("h2", { id: "faults-title" }, "Faults"),
      el("p", { class: "panel-lead" }, "Make the local Telegram misbehave, and see how the bot takes it."),
      el("div", { class: "often" }, el("label", { for: "faults-often" }, "What you switch on happens"), this.often),
      list,
      el("button", { type: "button", class: "soft-button wide", on: { click: () => this.#clear() } }, "Switch all off"),
      this.said,
    );
    panel.addEventListener("beforetoggle", (event) => event.newState === "open" && this.refresh());
  }

  async refresh() {
    try {
      this.rows = rowsOf(await api.faults()).filter(isOn);
      this.said.textContent = "";
    } catch (error) {
      this.said.textContent = error.message;
    }
    this.#draw();
  }

  #draw() {
    for (const { id, order } of FAULTS) {
      this.switches.get(id).checked = this.rows.some((row) => row.kind === order.kind && row.method === order.method);
    }
    this.count.textContent = String(this.rows.length);
    this.count.hidden = this.rows.length === 0;
    this.count.setAttribute("aria-label", `${this.rows.length} on`);
  }

  // The API takes faults off only all together: switching one off orders the others again.
  async #change(fault, on) {
    try {
      if (on) await api.addFault({ ...fault.order, ...OFTEN.find(({ value }) => value === this.often.value).order });
      else {
        const others = this.rows.filter((row) => row.kind !== fault.order.kind || row.method !== fault.order.method);
        await api.clearFaults();
        for (const row of others) await api.addFault(orderAgain(row));
      }
    } catch (error) {
      await this.refresh();
      this.said.textContent = error.message;
      return;
    }
    await this.refresh();
  }

  async #clear() {
    try {
      await api.clearFaults();
    } catch (error) {
      this.said.textContent = error.message;
      return;
    }
    await this.refresh();
  }
}

/** The order that gives this row again: its own fields, and what the row does not tell from the switch. */
function orderAgain(row) {
  const usual = FAULTS.find(({ order }) => order.kind === row.kind && order.method === row.method)?.order ?? {};
  const order = { ...usual, kind: row.kind, method: row.method };
  for (const name of ["probability", "seed", "chat_id"]) if (row[name] !== null && row[name] !== undefined) order[name] = row[name];
  if (row.times !== null && row.times !== undefined) order.times = row.times - (row.happened ?? 0);
  return order;
}
