// People of the sandbox: the dialog that adds or shows one, and the first person of an empty sandbox.

import { api } from "./api.js";
import { el } from "./dom.js";
import { formBox } from "./notices.js";

const LANGUAGES = [["en", "English"], ["es", "Spanish"], ["ar", "Arabic"], ["hi", "Hindi"], ["ur", "Urdu"], ["pt", "Portuguese"], ["fr", "French"], ["zh-hans", "Chinese"], ["ru", "Russian"], ["fa", "Persian"]];

/** The person of a sandbox that has none. @returns {Promise<object>} */
export const addFirstPerson = () => api.addPerson({ first_name: "Ana", username: "ana", language_code: "en" });

/**
 * Ask whom to show.
 * @param {object[]} hidden people that are not shown now
 * @param {(person: object) => void} choose
 */
export function askForPerson(hidden, choose) {
  const name = el("input", { id: "person-name", required: true, maxlength: "64", autocomplete: "off", dir: "auto" });
  const username = el("input", { id: "person-username", maxlength: "32", pattern: "[A-Za-z][A-Za-z0-9_]*", title: "Letters, digits and underscores", autocomplete: "off" });
  const language = el("select", { id: "person-language" }, LANGUAGES.map(([code, label]) => el("option", { value: code }, `${label} (${code})`)));
  const said = el("p", { class: "panel-said", role: "alert" });
  formBox("Add a person", (box) => {
    const form = el("form", { class: "person-form" },
      el("label", { for: "person-name" }, "First name"), name,
      el("label", { for: "person-username" }, "Username (may stay empty)"), username,
      el("label", { for: "person-language" }, "Language of the phone"), language,
      said,
      el("div", { class: "dialog-feet" },
        el("button", { type: "button", class: "soft-button", on: { click: () => box.close() } }, "Cancel"),
        el("button", { type: "submit", class: "main-button" }, "Add")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const asked = { first_name: name.value.trim(), language_code: language.value };
      if (username.value.trim()) asked.username = username.value.trim();
      try {
        const person = await api.addPerson(asked);
        box.close();
        choose(person);
      } catch (error) {
        said.textContent = error.message;
      }
    });
    const back = hidden.length === 0 ? [] : [
      el("h3", {}, "Show again"),
      el("div", { class: "back-again" }, hidden.map((person) =>
        el("button", { type: "button", class: "soft-button", dir: "auto", on: { click: () => (box.close(), choose(person)) } }, person.first_name))),
      el("h3", {}, "Somebody new"),
    ];
    return [el("h2", {}, "Add a person"), ...back, form];
  }).querySelector("#person-name").focus();
}
