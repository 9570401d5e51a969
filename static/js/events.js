/** The outbox: every playback event waits in local storage until the server has it, and is sent again until then. */

import { local, session } from "./storage.js";
import { uuid7 } from "./uuid7.js";

const ADDRESS = "/api/v1/events/";
const PREFIX = "outbox:";
// `fetch` with keepalive carries at most 64 KiB; an event is about 500 bytes.
const BATCH = 100;
const RETRY_MS = { first: 500, most: 60_000 };

export class Outbox {
  #sending = false;
  #failures = 0;
  #timer = null;

  constructor() {
    this.session = session.get("session") ?? uuid7();
    session.set("session", this.session);
    addEventListener("online", () => this.flush());
    this.flush();
  }

  /** Keep an event and send it. A key an event, in the order of their ids: two tabs never overwrite each other's. */
  add(kind, fields) {
    const event = {
      event_id: uuid7(),
      kind,
      session_id: this.session,
      occurred_at: new Date().toISOString(),
      ...fields,
    };
    local.set(PREFIX + event.event_id, JSON.stringify(event));
    this.flush();
  }

  /** The page closes: send without waiting for what is under way. What is not answered goes out with the next page. */
  hurry() {
    this.#send();
  }

  async flush() {
    if (this.#sending) return;
    clearTimeout(this.#timer);
    this.#sending = true;
    while (local.keys(PREFIX).length && (await this.#send())) this.#failures = 0;
    this.#sending = false;
    if (local.keys(PREFIX).length) this.#retry();
  }

  #retry() {
    const wait = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.flush(), wait * (0.5 + Math.random() / 2));
  }

  /** Send one batch; true where the server took or refused it for good. */
  async #send() {
    const keys = local.keys(PREFIX).slice(0, BATCH);
    if (!keys.length) return true;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    const body = `[${keys.map((key) => local.get(key)).join(",")}]`;
    let response;
    try {
      response = await fetch(ADDRESS, { method: "POST", headers, body, keepalive: true, credentials: "same-origin" });
    } catch {
      return false; // no connection
    }
    if (response.status !== 202 && response.status !== 400) return false;
    const { rejected } = await response.json();
    for (const each of rejected ?? []) console.warn("The server did not take an event:", each);
    for (const key of keys) local.remove(key);
    return true;
  }
}

/** The account's part of the page is new with every sign-in, and with it the token. */
function csrfToken() {
  return document.getElementById("account").dataset.csrf;
}
