/**
 * The shelves, live: a socket brings new ones, a lost connection comes back and catches up. What the socket brings may
 * stand on the version that the page shows, and lack the tiles that it has.
 */

import { ago } from "./format.js";
import { swapShelves } from "./shelves.js";
import { gettext } from "./texts.js";
import { announce } from "./toast.js";

const BACKOFF_MS = { first: 500, most: 30_000 };
const AGEING_MS = 10_000;

export class Live {
  #socket = null;
  #failures = 0;
  #timer = null;
  #newest = null;
  #version = null;

  /** `swapped` is called when shelves have changed on the page. */
  constructor(swapped) {
    this.swapped = swapped;
    setInterval(showAges, AGEING_MS);
    addEventListener("online", () => this.#connect());
    this.arrived();
    this.#connect();
  }

  /** A page was opened: its shelves are fresh, unless news came while it was on its way. */
  arrived() {
    const shelves = shown();
    if (!shelves) return;
    const version = Number(shelves.dataset.version);
    if (this.#newest?.version > version) this.#show(this.#newest);
    else this.#version = version || this.#version;
    showAges();
    this.#mark();
  }

  /** Somebody else signed in: the socket is theirs from now on. */
  restart() {
    this.#newest = this.#version = null;
    this.arrived();
    this.#socket?.close();
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const version = shown()?.dataset.version ?? this.#version;
    const since = version ? `?since=${version}` : "";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/recommendations/${since}`);
    if (this.#socket && this.#socket.readyState < WebSocket.CLOSING) this.#socket.close();
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#failures = 0;
      this.#mark();
    });
    socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      if (socket === this.#socket) this.#retry();
    });
  }

  #retry() {
    const wait = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** this.#failures++);
    // Jitter: the listeners of a server that comes back do not all knock at once.
    this.#timer = setTimeout(() => this.#connect(), wait * (0.5 + Math.random()));
    this.#mark();
  }

  #receive(message) {
    if (message.type !== "shelves") return;
    this.#version = message.version;
    this.#newest = message;
    if (shown()) this.#show(message);
  }

  async #show(message) {
    const changed = await swapShelves(message, () => message === this.#newest);
    if (changed === null) this.#ask({ type: "whole" });
    if (!changed) return;
    showAges();
    this.#mark();
    this.swapped();
    announce(gettext("Your recommendations were updated"));
  }

  /** A socket that is not open says what it has when it is. */
  #ask(message) {
    if (this.#isOpen) this.#socket.send(JSON.stringify(message));
  }

  get #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #mark() {
    const isOpen = this.#isOpen;
    shown()?.classList.toggle("is-live", isOpen);
    shown()?.classList.toggle("is-reconnecting", !isOpen && this.#failures > 0);
  }
}

function shown() {
  return document.getElementById("shelves");
}

function showAges() {
  for (const time of document.querySelectorAll("[data-ago]")) time.textContent = gettext("Updated {ago}", { ago: ago(new Date(time.dateTime)) });
}
