/**
 * From one track to the next without a gap: the next one waits in the other deck, and is started on the clock of the one
 * that plays, a moment before its end, or a crossfade before.
 */

// A started element is heard after some milliseconds: it is started by so many earlier, and two tracks overlap by what is
// left of them rather than leave a gap.
const LEAD_S = 0.015;
// Seconds before the end at which a timer is set: a listener may seek or pause until then.
const NEAR_S = 1;
// The next track is loaded ahead once this much of the present one was heard, or so much is left.
const SETTLED_S = 3;
const LOAD_AHEAD_S = 30;
// A crossfade takes no more than this share of either track.
const LARGEST_SHARE = 1 / 3;
const PATIENCE_MS = 4;

export class Handover {
  #timer = null;

  /** `goOver(seconds)` starts the other deck and crossfades for so many seconds. */
  constructor(player, goOver) {
    this.player = player;
    this.goOver = goOver;
    for (const name of ["time", "state"]) player.addEventListener(name, () => this.#watch());
    player.queue.addEventListener("change", () => this.#watch());
    player.settings.addEventListener("change", () => this.#watch());
  }

  cancel() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #watch() {
    const { player } = this;
    this.cancel();
    const next = player.queue.tracks[player.queue.next];
    if (!next || !player.isPlayingHere || player.remote || player.stopsAfterTrack) return;
    const { deck, spare } = player;
    const left = deck.left;
    const isFading = !spare.audio.paused && !spare.audio.ended;
    if (isFading) return;
    if (left === null ? deck.position > SETTLED_S : deck.position > SETTLED_S || left < LOAD_AHEAD_S) player.prepare(next);
    if (left !== null && spare.track === next && left - this.#lead() < NEAR_S) this.#await();
  }

  #await() {
    const { deck, spare } = this.player;
    const left = 1000 * (deck.left - this.#lead());
    if (left > PATIENCE_MS) this.#timer = setTimeout(() => this.#await(), left - PATIENCE_MS / 2);
    // One that is not loaded yet is started when this one has ended, and is heard as soon as it can be.
    else if (spare.audio.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) this.goOver(this.#crossfade());
  }

  #lead() {
    return this.#crossfade() || LEAD_S;
  }

  /** Seconds; at another speed they pass on the clock, not in the recording. */
  #crossfade() {
    const { deck, spare, settings, mixer } = this.player;
    if (!mixer.isAwake) return 0;
    const longest = LARGEST_SHARE * Math.min(deck.duration, spare.duration || Infinity);
    return Math.min(settings.get("crossfade"), longest);
  }
}
