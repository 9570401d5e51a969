/**
 * What plays and what comes next: tracks in order, and where they were found. Kept across reloads.
 * It tells `change`, with detail.listed true where the tracks are others, or in another order, and detail.adopted true
 * where they came from the server.
 */

import { spread } from "./spread.js";
import { local, readJson, session } from "./storage.js";

const TRACKS_KEY = "queue";
const PLACE_KEY = "queue-place";
// Played tracks that the queue of a radio remembers.
const MOST_PAST = 50;
const REPEATS = ["off", "all", "one"];

export class Queue extends EventTarget {
  tracks = [];
  index = -1;
  // The radio that goes on where these tracks end: {id, title, after}, or null.
  station = null;
  repeat = "off";
  isShuffled = false;

  constructor() {
    super();
    // A new tab goes on with the queue of the last one.
    const storage = session.get(TRACKS_KEY) ? session : local;
    const { tracks, station } = readJson(storage, TRACKS_KEY) ?? {};
    const { index, repeat, isShuffled } = readJson(storage, PLACE_KEY) ?? {};
    if (REPEATS.includes(repeat)) this.repeat = repeat;
    if (Array.isArray(tracks) && tracks[index]) Object.assign(this, { tracks, index, station, isShuffled: Boolean(isShuffled) });
  }

  get current() {
    return this.tracks[this.index] ?? null;
  }

  /** The place of what is played when the present track ends; -1 where that is nothing. */
  get next() {
    return this.repeat === "one" ? this.index : this.following;
  }

  /** The place of what is played when the present track is skipped; -1 where that is nothing. */
  get following() {
    if (this.index + 1 < this.tracks.length) return this.index + 1;
    return this.repeat === "all" && this.tracks.length ? 0 : -1;
  }

  get hasNext() {
    return this.following >= 0;
  }

  get coming() {
    return this.tracks.slice(this.index + 1);
  }

  /** Each track carries its origin: {source, recommendation}. */
  replace(tracks, index, station = null) {
    this.station = station;
    // The same track may be in it twice: each has to be an object of its own.
    this.tracks = tracks.map((track) => ({ ...track }));
    this.index = index;
    if (this.isShuffled && !station) this.#shuffle([...this.tracks.slice(0, index), ...this.tracks.slice(index + 1)]);
    this.#changed({ listed: true });
  }

  /** What the server kept. */
  adopt(tracks, index, station) {
    Object.assign(this, { tracks, index: tracks.length ? index : -1, station });
    this.#changed({ listed: true, adopted: true });
  }

  /** What a radio plays next; of what it has played, the newest part is kept. */
  append(tracks, station) {
    const past = Math.max(0, this.index - MOST_PAST);
    this.tracks = [...this.tracks.slice(past), ...tracks];
    this.station = station;
    this.index -= past;
    this.#changed({ listed: true });
  }

  /** Play these after the present track. */
  insertNext(tracks) {
    this.#insert(tracks, this.index + 1);
  }

  /** Play these when everything that was chosen before is over, and before what a radio adds. */
  add(tracks) {
    const added = this.tracks.findIndex((track, place) => place > this.index && track.added);
    this.#insert(tracks, added < 0 ? this.tracks.length : added);
  }

  /** The radio is over. */
  leaveStation() {
    this.station = null;
    this.#changed({ listed: true });
  }

  jump(index) {
    this.index = index;
    this.#changed();
  }

  /** Move one track to another place; what plays goes on. */
  move(from, to) {
    const current = this.current;
    const [track] = this.tracks.splice(from, 1);
    this.tracks.splice(to, 0, track);
    this.index = this.tracks.indexOf(current);
    this.#changed({ listed: true });
  }

  /** Take out a track that does not play now. */
  remove(index) {
    if (index === this.index) return;
    this.tracks.splice(index, 1);
    if (index < this.index) this.index -= 1;
    this.#changed({ listed: true });
  }

  /** Take a track out of what is still to come. */
  removeComing(id) {
    this.tracks = this.tracks.filter((track, place) => place <= this.index || track.id !== id);
    this.#changed({ listed: true });
  }

  /** Take out all that is still to come, and the radio with it. */
  clearComing() {
    this.tracks = this.tracks.slice(0, this.index + 1);
    this.station = null;
    this.#changed({ listed: true });
  }

  /** What was taken out is wanted after all. */
  restore({ tracks, station }) {
    Object.assign(this, { tracks, station });
    this.#changed({ listed: true });
  }

  turnRepeat() {
    this.repeat = REPEATS[(REPEATS.indexOf(this.repeat) + 1) % REPEATS.length];
    this.#changed();
  }

  /** Shuffle what is to come, or put it back into the order in which it was chosen. */
  turnShuffle() {
    this.isShuffled = !this.isShuffled;
    if (this.isShuffled) this.#shuffle(this.coming, this.tracks.slice(0, this.index));
    else this.tracks = [...this.tracks.slice(0, this.index + 1), ...inOrder(this.coming)];
    this.#changed({ listed: true });
  }

  /** The present track, then `others` shuffled; what a radio added stays at the end. */
  #shuffle(others, past = []) {
    this.tracks.forEach((track, order) => (track.order ??= order));
    const chosen = others.filter((track) => !track.added);
    const added = others.filter((track) => track.added);
    const present = this.current ? [this.current] : [];
    this.tracks = [...past, ...present, ...spread(chosen), ...added];
    this.index = past.length;
  }

  #insert(tracks, place) {
    this.tracks.splice(place, 0, ...tracks.map((track) => ({ ...track })));
    if (this.index < 0) this.index = 0;
    this.#changed({ listed: true });
  }

  #changed(detail = {}) {
    const place = JSON.stringify({ index: this.index, repeat: this.repeat, isShuffled: this.isShuffled });
    // 10,000 tracks are some megabytes: written only where they are others.
    const list = detail.listed ? JSON.stringify({ tracks: this.tracks, station: this.station }) : null;
    for (const storage of [session, local]) {
      storage.set(PLACE_KEY, place);
      if (list) storage.set(TRACKS_KEY, list);
    }
    this.dispatchEvent(new CustomEvent("change", { detail }));
  }
}

/** As it was before it was shuffled; what came later stays where it is, after the rest. */
function inOrder(tracks) {
  return [...tracks].sort((one, other) => (one.order ?? Infinity) - (other.order ?? Infinity) || 0);
}
