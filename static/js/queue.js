/** What plays and what comes next: tracks in order, and where they were found. Kept across reloads. */

import { local, readJson, session } from "./storage.js";

const KEY = "queue";
// Played tracks that the queue of a radio remembers.
const MOST_PAST = 50;

export class Queue extends EventTarget {
  tracks = [];
  index = -1;
  // The radio that goes on where these tracks end: {id, title, after}, or null.
  station = null;

  constructor() {
    super();
    // A new tab goes on with the queue of the last one.
    const kept = readJson(session, KEY) ?? readJson(local, KEY);
    if (Array.isArray(kept?.tracks) && kept.tracks[kept.index]) Object.assign(this, { tracks: kept.tracks, index: kept.index, station: kept.station ?? null });
  }

  get current() {
    return this.tracks[this.index] ?? null;
  }

  get hasNext() {
    return this.index + 1 < this.tracks.length;
  }

  /** Each track carries its origin: {source, recommendation}. */
  replace(tracks, index, station = null) {
    this.tracks = tracks;
    this.station = station;
    this.#moveTo(index);
  }

  /** What a radio plays next; of what it has played, the newest part is kept. */
  append(tracks, station) {
    const past = Math.max(0, this.index - MOST_PAST);
    this.tracks = [...this.tracks.slice(past), ...tracks];
    this.station = station;
    this.#moveTo(this.index - past);
  }

  /** The radio is over. */
  leaveStation() {
    this.station = null;
    this.#changed();
  }

  jump(index) {
    this.#moveTo(index);
  }

  /** Take out a track that does not play now. */
  remove(index) {
    if (index === this.index) return;
    this.tracks.splice(index, 1);
    this.#moveTo(index < this.index ? this.index - 1 : this.index);
  }

  /** Take a track out of what is still to come. */
  removeComing(id) {
    this.tracks = this.tracks.filter((track, place) => place <= this.index || track.id !== id);
    this.#changed();
  }

  #moveTo(index) {
    this.index = index;
    this.#changed();
  }

  #changed() {
    const value = JSON.stringify({ tracks: this.tracks, index: this.index, station: this.station });
    session.set(KEY, value);
    local.set(KEY, value);
    this.dispatchEvent(new Event("change"));
  }
}
