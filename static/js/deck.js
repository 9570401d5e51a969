/** One audio element with the track that is loaded in it. There are two: one sounds, one has the next track ready. */

export class Deck {
  track = null;
  #resumeAt = 0;

  constructor(audio) {
    this.audio = audio;
    audio.addEventListener("loadedmetadata", () => this.#resume());
  }

  /** `address`: where the audio is, in the form that is wanted. `isAhead`: all of it, though it does not play yet. */
  load(track, address, { position = 0, isAhead = false } = {}) {
    this.track = track;
    this.#resumeAt = position;
    this.audio.preload = isAhead ? "auto" : "metadata";
    this.audio.src = address;
  }

  rewind() {
    // To seek where it stands already would throw away what is ready to sound.
    if (this.position) this.seek(0);
  }

  holds(track, address) {
    return this.track === track && this.audio.getAttribute("src") === address;
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

  /** Seconds until the end at the present speed; null while it is not known to be loaded to the end. */
  get left() {
    const { buffered, currentTime, duration, playbackRate } = this.audio;
    const isWhole = buffered.length > 0 && buffered.end(buffered.length - 1) >= duration - 0.5;
    return isWhole ? (duration - currentTime) / playbackRate : null;
  }

  seek(seconds) {
    if (this.audio.readyState === HTMLMediaElement.HAVE_NOTHING) this.#resumeAt = seconds;
    else this.audio.currentTime = seconds;
  }

  #resume() {
    if (this.#resumeAt) this.audio.currentTime = Math.min(this.#resumeAt, this.audio.duration);
    this.#resumeAt = 0;
  }
}
