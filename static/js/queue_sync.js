/** The queue as the server keeps it, for the listener's other devices: written when it changes, read when it is older. */

import { asked, jsonHeaders, trackFromJson } from "./server.js";
import { local } from "./storage.js";

const ADDRESS = "/api/v1/queue/";
const VERSION_KEY = "queue-version";
// Set while the server has yet to get this browser's queue.
const UNSENT_KEY = "queue-unsent";
const WRITE_AFTER_MS = 600;
const PLACE_EVERY_MS = 10_000;
// What the server keeps, and how much of that lies before the present track where there is more.
const MOST = 10_000;
const PAST = 100;

export class QueueSync {
  #timer = null;
  #placeTimer = null;
  #placeAt = 0;
  // Where in the queue that begins which the server has: it keeps a part of a very long one.
  #first = 0;

  /** `device`: {id, name}. `written` is called once the server has another version of the queue. */
  constructor(player, device, written) {
    Object.assign(this, { player, device, written });
    this.version = Number(local.get(VERSION_KEY) ?? 0);
    player.queue.addEventListener("change", ({ detail }) => this.#changed(detail));
    player.addEventListener("state", () => this.#keepPlaceSoon());
    player.addEventListener("time", () => performance.now() - this.#placeAt > PLACE_EVERY_MS && this.#keepPlaceSoon());
    addEventListener("pagehide", () => (this.#timer === null ? this.#keepPlace() : this.#write()));
  }

  /** Somebody else listens, or somebody wants to be forgotten. What plays goes on, and is theirs from now on. */
  restart(isForgotten) {
    this.#know(0);
    if (this.player.isPlayingHere) return this.#write();
    local.remove(UNSENT_KEY);
    if (isForgotten) {
      this.player.queue.adopt([], -1, null);
      this.player.show();
    }
    return this.pull();
  }

  /** Take the server's queue where it is another one. */
  async pull() {
    if (local.get(UNSENT_KEY) || this.player.queue.tracks.length > MOST) return this.#write();
    let answer;
    try {
      const response = await asked(`${ADDRESS}?known=${this.version}`);
      answer = await response.json();
    } catch (error) {
      console.warn("The queue could not be read:", error);
      return undefined;
    }
    const { queue } = this.player;
    if (!answer.version) {
      // Nothing is kept for this listener yet.
      return queue.current ? this.#write() : undefined;
    }
    if (!answer.entries) return this.#goTo(answer);
    this.#know(answer.version);
    return this.#adopt(answer);
  }

  /** A new tab begins where the last one was. */
  #goTo({ index, position_ms: position }) {
    const { player } = this;
    if (player.isPlayingHere || player.remote || player.position || player.queue.index !== index) return;
    player.resumeHere(position / 1000, false);
  }

  /** A device that plays keeps its track and its place, whatever the others did to the queue around it. */
  #adopt({ entries, index, position_ms: position, station }) {
    const { player } = this;
    this.#first = 0;
    const tracks = entries.map(({ track, source, recommendation, added }) => ({ ...trackFromJson(track), source, recommendation, added }));
    if (player.isPlayingHere) {
      const here = tracks.findIndex((track, place) => track.id === player.track.id && (place >= index || tracks[index]?.id !== track.id));
      if (here < 0) return this.#write();
      tracks[here] = player.track;
      return player.queue.adopt(tracks, here, station);
    }
    player.queue.adopt(tracks, index, station);
    if (!player.remote && player.track) player.resumeHere(position / 1000, false);
    return undefined;
  }

  #changed({ listed, adopted }) {
    if (adopted) return;
    if (listed) {
      local.set(UNSENT_KEY, "1");
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#write(), WRITE_AFTER_MS);
    } else this.#keepPlaceSoon();
  }

  async #write() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const { queue } = this.player;
    const first = (this.#first = Math.max(0, Math.min(queue.index - PAST, queue.tracks.length - MOST)));
    const entries = queue.tracks.slice(first, first + MOST).map(({ id, source, recommendation, added }) => ({
      track: id,
      source: source ?? "",
      recommendation: recommendation ?? null,
      added: Boolean(added),
    }));
    const place = { index: Math.max(0, queue.index - first), position_ms: this.#position };
    const answer = await this.#send("PUT", { entries, ...place, station: queue.station, device: this.device });
    if (!answer) return;
    local.remove(UNSENT_KEY);
    this.#know(answer.version);
    this.written();
  }

  /** A press tells of several changes at once. */
  #keepPlaceSoon() {
    this.#placeTimer ??= setTimeout(() => this.#keepPlace(), WRITE_AFTER_MS);
  }

  async #keepPlace() {
    const { player } = this;
    clearTimeout(this.#placeTimer);
    this.#placeTimer = null;
    if (this.#timer !== null || !this.version || player.remote || !player.track) return;
    this.#placeAt = performance.now();
    const index = player.queue.index - this.#first;
    if (index < 0 || index >= MOST) return this.#write();
    return this.#send("PATCH", { version: this.version, index, position_ms: this.#position });
  }

  get #position() {
    return Math.round(1000 * (this.player.position || 0));
  }

  /** The answer, or null where there was none: the next change is another chance. */
  async #send(method, said) {
    try {
      const body = JSON.stringify(said);
      const response = await fetch(ADDRESS, { method, headers: jsonHeaders(), body, keepalive: body.length < 60_000 });
      if (response.status === 409) return null;
      if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
      return await response.json();
    } catch (error) {
      console.warn("The queue could not be written:", error);
      return null;
    }
  }

  #know(version) {
    this.version = version;
    local.set(VERSION_KEY, String(version));
  }
}
