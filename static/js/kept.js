/** Liked tracks kept in this browser for when there is no connection: the latest likes, as many as fit the limit. */

import { asked, trackFromJson } from "./server.js";
import { local, readJson } from "./storage.js";

const NAME = "kept"; // of the cache, of its list in local storage, and of the lock
const MB = 1e6;
const STANDARD = { isOn: false, limit: 500, owner: "", tracks: [] };

export class Kept extends EventTarget {
  // What was said of tracks since the page came: the server may not have it yet.
  #said = new Map();
  #work = new AbortController();

  /** `settings` knows the form in which audio is wanted. Tells `change` when something is kept or let go. */
  constructor(library, settings) {
    super();
    this.settings = settings;
    if (!this.isPossible) return;
    settings.isKept = (track) => this.tracks.some(({ id }) => id === track.id);
    library.addEventListener("said", ({ detail: { track, kind } }) => {
      if (kind === "liked") this.#said.set(track.id, track);
      else if (kind === "unliked") this.#said.set(track.id, null);
      else return;
      this.sync();
    });
    addEventListener("online", () => this.sync());
  }

  get isPossible() {
    return Boolean(navigator.serviceWorker && window.caches && navigator.locks);
  }

  get isOn() {
    return this.#read().isOn;
  }

  /** Megabytes. */
  get limit() {
    return this.#read().limit;
  }

  /** Tracks with their `bytes`, the latest liked first. */
  get tracks() {
    return this.#read().tracks;
  }

  get megabytes() {
    return this.tracks.reduce((sum, { bytes }) => sum + bytes, 0) / MB;
  }

  async turn(isOn) {
    this.#write({ isOn });
    if (isOn) {
      await navigator.storage.persist?.();
      await this.sync();
    } else await this.empty();
  }

  async setLimit(limit) {
    this.#write({ limit });
    await this.sync();
  }

  /** Whose page it is, "" for nobody's: what an account kept goes when it signs out, and all of it on clearing. */
  async belongTo(user, isCleared) {
    if (!this.isPossible) return;
    const { owner } = this.#read();
    if (owner !== user) {
      this.#write({ owner: user });
      if (owner) await this.turn(false);
    }
    if (isCleared) await this.empty();
    await this.sync();
  }

  async empty() {
    this.#work.abort();
    this.#work = new AbortController();
    this.#said.clear();
    this.#write({ tracks: [] });
    await caches.delete(NAME);
  }

  /** Keep what was liked since, and let go what is liked no longer or does not fit. */
  async sync() {
    if (!this.isOn) return;
    const { signal } = this.#work;
    try {
      await navigator.locks.request(NAME, { signal }, () => this.#fill(signal));
    } catch (error) {
      // No connection, no room, or overtaken by `empty`: what is kept stays as it is until the next occasion.
      if (error.name !== "AbortError") console.warn("Liked tracks are not all kept:", error);
    }
  }

  async #fill(signal) {
    const chosen = await this.#choose(await this.#likes(signal), signal);
    const cache = await caches.open(NAME);
    for (const track of this.tracks) if (!chosen.some(({ id }) => id === track.id)) await this.#letGo(cache, track, chosen);
    for (const track of chosen) {
      if (this.tracks.some(({ id }) => id === track.id)) continue;
      await keep(cache, track, this.settings.address(track), signal);
      signal.throwIfAborted();
      // Switched off, or signed out of, in another tab.
      if (!this.isOn) return;
      const ids = new Set([...this.tracks, track].map(({ id }) => id));
      this.#write({ tracks: chosen.filter(({ id }) => ids.has(id)) });
    }
  }

  /** The latest likes whose audio is within the limit together, with their sizes. */
  async #choose(likes, signal) {
    const sizes = new Map(this.tracks.map(({ id, bytes }) => [id, bytes]));
    const chosen = [];
    let left = this.limit * MB;
    for (const track of likes) {
      const bytes = sizes.get(track.id) ?? (await sizeOf(this.settings.address(track), signal));
      if (bytes === null) continue;
      if (bytes > left) break;
      left -= bytes;
      chosen.push({ ...track, bytes });
    }
    return chosen;
  }

  async #likes(signal) {
    const response = await asked("/api/v1/likes/", { signal });
    const { tracks } = await response.json();
    const fresh = [...this.#said.values()].filter((track) => track && !tracks.some(({ id }) => id === track.id)).reverse();
    return [...fresh, ...tracks.map(trackFromJson).filter(({ id }) => this.#said.get(id) !== null)];
  }

  async #letGo(cache, track, others) {
    this.#write({ tracks: this.tracks.filter(({ id }) => id !== track.id) });
    await Promise.all([cache.delete(track.audio), cache.delete(soundOf(track))]);
    // An album's tracks share its cover.
    if (!others.some(({ cover }) => cover === track.cover)) await cache.delete(track.cover);
  }

  /** Read each time: another tab may have kept more. */
  #read() {
    return { ...STANDARD, ...readJson(local, NAME) };
  }

  #write(changes) {
    local.set(NAME, JSON.stringify({ ...this.#read(), ...changes }));
    this.dispatchEvent(new Event("change"));
  }
}

async function keep(cache, track, address, signal) {
  const audio = await fetch(address, { signal });
  if (audio.status !== 200) throw new Error(`${address}: status ${audio.status}`);
  await cache.put(track.audio, audio);
  await cache.addAll([track.cover, soundOf(track)]);
}

/** Bytes; null where there is no audio. */
async function sizeOf(address, signal) {
  const response = await fetch(address, { method: "HEAD", signal });
  return response.ok ? Number(response.headers.get("Content-Length")) : null;
}

function soundOf({ id }) {
  return `/api/v1/tracks/${id}/sound/`;
}
