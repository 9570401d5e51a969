/**
 * Plays the queue through one audio element. It tells its listeners:
 *   track    another track is loaded
 *   state    playing, paused or waiting
 *   time     the position, duration or volume changed
 *   sound    sound is heard, for the first time or again
 *   leaving  the track is about to be left; detail.finished says whether it was heard to its end
 *   broken   a track cannot be played; detail.track, and detail.stopped where the player gave up
 */

import { local, readJson, session } from "./storage.js";

// `previous` starts the track again once it has played for this long.
const RESTART_AFTER_S = 3;
// After so many failures in a row the connection is at fault rather than the audio.
const MOST_FAILURES = 3;

export class Player extends EventTarget {
  #failures = 0;
  #resumeAt = 0;

  constructor(audio, queue) {
    super();
    this.audio = audio;
    this.queue = queue;
    this.#restoreVolume();
    this.#listen();
    if (this.track) this.#load(readJson(session, "position") ?? 0);
  }

  get track() {
    return this.queue.current;
  }

  get isPlaying() {
    return !this.audio.paused && !this.audio.ended;
  }

  /** Seconds; the catalogue's word for it until the audio is known. */
  get duration() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : (this.track?.duration ?? 0) / 1000;
  }

  get position() {
    return this.#resumeAt || this.audio.currentTime;
  }

  /** Seconds of the track that were really heard, each counted once however often it was. */
  get heard() {
    const { played } = this.audio;
    let seconds = 0;
    for (let range = 0; range < played.length; range++) seconds += played.end(range) - played.start(range);
    return seconds;
  }

  /** `station` is the radio that goes on where the tracks end, if any. */
  playList(tracks, index, station = null) {
    this.#leave();
    this.queue.replace(tracks, index, station);
    this.#load();
    this.play();
  }

  async play() {
    if (!this.track) return;
    try {
      await this.audio.play();
    } catch (error) {
      // Refused before the first click on the page, or overtaken by another track; a fault has its own event.
      if (!["NotAllowedError", "AbortError", "NotSupportedError"].includes(error.name)) throw error;
      this.#tell("state");
    }
  }

  pause() {
    this.audio.pause();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  next() {
    if (this.queue.hasNext) this.jump(this.queue.index + 1);
    else this.#stop();
  }

  previous() {
    if (this.audio.currentTime > RESTART_AFTER_S || this.queue.index <= 0) this.seek(0);
    else this.jump(this.queue.index - 1);
  }

  jump(index) {
    this.#leave();
    this.queue.jump(index);
    this.#load();
    this.play();
  }

  seek(seconds) {
    if (!this.track) return;
    const target = Math.min(Math.max(0, seconds), this.duration);
    if (this.audio.readyState === HTMLMediaElement.HAVE_NOTHING) this.#resumeAt = target;
    else this.audio.currentTime = target;
    this.#tell("time");
  }

  setVolume(level) {
    this.audio.volume = Math.min(Math.max(0, level), 1);
    this.audio.muted = this.audio.volume === 0;
  }

  toggleMute() {
    this.audio.muted = !this.audio.muted;
    if (!this.audio.muted && this.audio.volume === 0) this.audio.volume = 0.5;
  }

  #load(position = 0) {
    this.#resumeAt = position;
    this.audio.src = this.track.audio;
    this.#tell("track");
    this.#tell("time");
  }

  #leave(finished = false) {
    if (this.track) this.#tell("leaving", { finished });
  }

  /** The end of the queue: the last track stays, at its beginning. */
  #stop() {
    this.#leave();
    this.audio.pause();
    this.#load();
    this.#tell("state");
  }

  #listen() {
    const on = (names, act) => names.split(" ").forEach((name) => this.audio.addEventListener(name, act));
    on("loadedmetadata", () => this.#resume());
    on("playing", () => {
      this.#failures = 0;
      this.#tell("sound");
    });
    on("play playing pause waiting ended", () => this.#tell("state"));
    on("timeupdate durationchange seeked", () => this.#tell("time"));
    on("volumechange", () => {
      local.set("volume", JSON.stringify({ level: this.audio.volume, muted: this.audio.muted }));
      this.#tell("time");
    });
    on("ended", () => {
      this.#leave(true);
      this.next();
    });
    on("error", () => this.#skipBroken());
    addEventListener("pagehide", () => {
      session.set("position", JSON.stringify(this.position));
      this.#leave();
    });
  }

  #resume() {
    if (this.#resumeAt) this.audio.currentTime = Math.min(this.#resumeAt, this.audio.duration);
    this.#resumeAt = 0;
  }

  #skipBroken() {
    const stopped = ++this.#failures >= MOST_FAILURES || !this.queue.hasNext;
    this.#tell("broken", { track: this.track, stopped });
    this.#tell("state");
    if (!stopped) this.jump(this.queue.index + 1);
    else this.#failures = 0;
  }

  #restoreVolume() {
    const { level = 1, muted = false } = readJson(local, "volume") ?? {};
    this.audio.volume = level;
    this.audio.muted = muted;
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
