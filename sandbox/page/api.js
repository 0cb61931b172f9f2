// The control API of the sandbox. Addresses are relative to the page; nothing else is ever requested.

/** A refusal or a failure; its message is one sentence for the person who uses the page. */
export class SandboxError extends Error {}

async function answer(path, options = {}) {
  let response;
  try {
    response = await fetch(`sandbox/${path}`, { cache: "no-store", ...options });
  } catch {
    throw new SandboxError("The sandbox does not answer. Is it still running?");
  }
  let body = null;
  try {
    body = await response.json();
  } catch {
    if (response.ok) return null;
  }
  if (!response.ok) throw new SandboxError(body?.error ?? `The sandbox refused with status ${response.status}.`);
  return body;
}

function carrying(method, body) {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

export const api = {
  state: () => answer("state"),
  addPerson: (person) => answer("people", carrying("POST", person)),
  chat: (chatId) => answer(`chats/${chatId}`),
  send: (chatId, message) => answer(`chats/${chatId}/messages`, carrying("POST", message)),
  /** @param {File} file @param {{from: number, kind: string, caption: string}} about */
  sendFile: (chatId, file, about) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(about)) if (value !== "") form.append(name, String(value));
    form.append("file", file, file.name);
    return answer(`chats/${chatId}/messages`, { method: "POST", body: form });
  },
  edit: (chatId, messageId, text) => answer(`chats/${chatId}/messages/${messageId}`, carrying("PATCH", { text })),
  press: (chatId, press) => answer(`chats/${chatId}/presses`, carrying("POST", press)),
  callback: (id) => answer(`callbacks/${encodeURIComponent(id)}`),
  update: (id, seconds) => answer(`updates/${id}?wait=${seconds}`),
  block: (chatId) => answer(`chats/${chatId}/block`, carrying("POST", {})),
  unblock: (chatId) => answer(`chats/${chatId}/unblock`, carrying("POST", {})),
  moveClock: (move) => answer("clock", carrying("POST", move)),
  faults: () => answer("faults"),
  addFault: (fault) => answer("faults", carrying("POST", fault)),
  clearFaults: () => answer("faults", { method: "DELETE" }),
  fileAddress: (fileId) => `sandbox/files/${encodeURIComponent(fileId)}`,
};
