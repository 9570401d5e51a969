/**
 * Plays the queue through two decks, which take turns. It tells its listeners:
 *   track    another track is loaded
 *   state    playing, paused or waiting
 *   time     the position, duration or volume changed
 *   sought   the listener went to another place in the track
 *   sound    sound is heard, for the first time or again
 *   leaving  the track is about to be left; detail.finished says whether it was heard to its end
 *   failed   the track does not play
 *   broken   it cannot be played; detail.track, detail.stopped where the player gave up, detail.isAway where the server is,
 *            detail.isOffline where one that is kept is played instead
 */

import { Deck } from "./deck.js";
import { Handover } from "./handover.js";
import { Mixer } from "./mixer.js";
import { readJson, session } from "./storage.js";
import { Volume } from "./volume.js";

// `previous` starts the track again once it has played for this long.
const RESTART_AFTER_S = 3;

export class Player extends EventTarget {
  // What another device plays, while one does and this one does not: {isPlaying, position, duration, command(name, value)}.
  remote = null;
  // Whether to pause when this track is over.
  stopsAfterTrack = false;
  // Whether the listener wants sound, which they may without getting any.
  isWanted = false;
  #deck;
  #spare;

  constructor(elements, queue, settings, sounds) {
    super();
    this.queue = queue;
    this.settings = settings;
    this.sounds = sounds;
    this.mixer = new Mixer();
    [this.#deck, this.#spare] = elements.map((audio) => new Deck(audio));
    this.volume = new Volume(elements);
    for (const deck of [this.#deck, this.#spare]) this.#listen(deck);
    this.handover = new Handover(this, (seconds) => this.#goOver(seconds));
    settings.addEventListener("change", ({ detail }) => this.#heed(detail));
    addEventListener("pagehide", () => this.#keepPlace());
    if (this.track) this.#load(this.track, readJson(session, "position") ?? 0);
  }

  /** The element that sounds. */
  get audio() {
    return this.#deck.audio;
  }

  get deck() {
    return this.#deck;
  }

  get spare() {
    return this.#spare;
  }

  get track() {
    return this.queue.current;
  }

  get isPlaying() {
    return this.remote ? this.remote.isPlaying : this.isPlayingHere;
  }

  get isPlayingHere() {
    return !this.audio.paused && !this.audio.ended;
  }

  get isWaiting() {
    return this.isPlayingHere && this.audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  /** Seconds. */
  get duration() {
    return this.remote ? this.remote.duration : this.#deck.duration;
  }

  get position() {
    return this.remote ? this.remote.position : this.#deck.position;
  }

  get heard() {
    return this.#deck.heard;
  }

  /** `station` is the radio that goes on where the tracks end, if any. Whatever another device plays ends with it. */
  playList(tracks, index, station = null) {
    this.#leave();
    this.remote = null;
    this.queue.replace(tracks, index, station);
    this.#begin();
  }

  async play() {
    if (this.remote) return this.remote.command("play");
    if (!this.track) return;
    this.isWanted = true;
    if (!this.#deck.track) this.#insert(this.track);
    // Sound first: all else can wait the milliseconds that it takes.
    const begun = this.audio.play();
    this.mixer.wake([this.#deck.audio, this.#spare.audio]);
    this.mixer.open(this.audio);
    try {
      await begun;
    } catch (error) {
      // Refused before the first click on the page, or overtaken by another track; a fault has its own event.
      if (!["NotAllowedError", "AbortError", "NotSupportedError"].includes(error.name)) throw error;
      this.#tell("state");
    }
  }

  pause() {
    if (this.remote) return this.remote.command("pause");
    this.isWanted = false;
    this.#spare.audio.pause();
    this.audio.pause();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  next() {
    if (this.remote) return this.remote.command("next");
    if (this.queue.hasNext) this.jump(this.queue.following);
    else this.#stop();
  }

  previous() {
    if (this.remote) return this.remote.command("previous");
    if (this.position > RESTART_AFTER_S || this.queue.index <= 0) this.seek(0);
    else this.jump(this.queue.index - 1);
  }

  jump(index) {
    if (this.remote) return this.remote.command("jump", index);
    this.#leave();
    this.queue.jump(index);
    this.#begin();
  }

  seek(seconds) {
    if (!this.track) return;
    const target = Math.min(Math.max(0, seconds), this.duration);
    if (this.remote) return this.remote.command("seek", target);
    this.#deck.seek(target);
    this.#tell("time");
    this.#tell("sought");
  }

  /** Another device plays on; here it is silent, and this device's part of the play is over. */
  follow(remote) {
    if (!this.remote) {
      this.#leave();
      this.#spare.audio.pause();
      this.audio.pause();
    }
    this.remote = remote;
    this.show();
  }

  /** Go on here, at this second of the queue's present track; `isPlaying` says whether at once. */
  resumeHere(position, isPlaying) {
    this.remote = null;
    if (!this.track) return this.show();
    this.#load(this.track, position);
    if (isPlaying) this.play();
    this.show();
  }

  /** Something outside changed what is to be seen of the player. */
  show() {
    for (const name of ["track", "state", "time"]) this.#tell(name);
  }

  /** Silence within so many seconds, and then a pause. */
  async fadeOut(seconds) {
    const { audio } = this;
    if (this.mixer.isAwake) {
      this.mixer.fade(audio, false, seconds);
      await new Promise((done) => setTimeout(done, 1000 * seconds));
    }
    this.pause();
    this.mixer.open(audio);
  }

  /** Have this track ready in the other deck. */
  prepare(track) {
    const address = this.settings.address(track);
    if (this.#spare.holds(track, address)) return;
    this.#spare.load(track, address, { isAhead: true });
    this.#level(this.#spare);
  }

  /** Play the queue's track, and say so. */
  #begin() {
    this.#take();
    this.play();
    this.#tell("track");
    this.#tell("time");
    if (this.audio.error) this.#tell("failed");
  }

  /** The track from the queue into the deck: the other one may have it ready. */
  #take() {
    this.handover.cancel();
    if (this.#spare.holds(this.track, this.settings.address(this.track))) {
      this.audio.pause();
      this.#spare.rewind();
      this.#swap();
    } else this.#insert(this.track);
  }

  #load(track, position = 0) {
    this.#insert(track, position);
    this.#tell("track");
    this.#tell("time");
  }

  #insert(track, position = 0) {
    this.#deck.load(track, this.settings.address(track), { position });
    this.#level(this.#deck);
  }

  async #level(deck) {
    const { track } = deck;
    const gain = await this.sounds.gain(track, this.settings.get("levelling"));
    if (deck.track === track) this.mixer.level(deck.audio, gain);
  }

  #swap() {
    [this.#deck, this.#spare] = [this.#spare, this.#deck];
    // Whatever looks for the element that sounds finds it by its id.
    this.#spare.audio.id = "audio-next";
    this.#deck.audio.id = "audio";
    this.#deck.audio.playbackRate = this.settings.get("speed");
  }

  /** The moment has come to go over to the track in the other deck, before this one is over. */
  #goOver(seconds = 0) {
    const [old, fresh] = [this.#deck.audio, this.#spare.audio];
    fresh.playbackRate = this.settings.get("speed");
    const begun = fresh.play();
    if (seconds && this.mixer.isAwake) {
      this.mixer.fade(old, false, seconds);
      this.mixer.fade(fresh, true, seconds);
    } else this.mixer.open(fresh);
    begun.catch((error) => error.name === "AbortError" || this.#tell("state"));
    this.#leave(true);
    this.#swap();
    this.queue.jump(this.queue.next);
    this.#tell("track");
    this.#tell("time");
    this.#tell("state");
    if (fresh.error) this.#tell("failed");
  }

  #leave(finished = false) {
    if (this.track && !this.remote) this.#tell("leaving", { finished });
  }

  /** The end of the queue: the last track stays, at its beginning. */
  #stop() {
    this.#leave();
    this.audio.pause();
    this.#load(this.track);
    this.#tell("state");
  }

  #listen(deck) {
    const on = (names, act) => {
      // What the other deck does is of no concern: it loads the next track, or plays the last one's end.
      for (const name of names.split(" ")) deck.audio.addEventListener(name, () => deck === this.#deck && act());
    };
    on("playing", () => this.#tell("sound"));
    on("play pause playing waiting ended", () => this.remote || this.#tell("state"));
    on("timeupdate durationchange seeked", () => this.remote || this.#tell("time"));
    on("volumechange", () => this.#tell("time"));
    on("ended", () => this.#end());
    on("error", () => this.#tell("failed"));
  }

  /** The track ran out before it was handed over. */
  #end() {
    this.#leave(true);
    if (this.queue.next < 0) return this.#stop();
    this.queue.jump(this.queue.next);
    if (!this.stopsAfterTrack) return this.#begin();
    this.stopsAfterTrack = false;
    this.isWanted = false;
    this.#load(this.track);
    return this.#tell("state");
  }

  #keepPlace() {
    session.set("position", JSON.stringify(this.position));
    this.#leave();
  }

  #heed(name) {
    if (name === "speed") this.audio.playbackRate = this.settings.get("speed");
    else if (name === "levelling") [this.#deck, this.#spare].forEach((deck) => deck.track && this.#level(deck));
    else if (["format", "bitrate"].includes(name) && this.#deck.track) this.#reload();
  }

  /** The same track in another form, at the same place. */
  #reload() {
    const { position, isPlayingHere } = this;
    this.#load(this.track, position);
    if (isPlayingHere) this.play();
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
