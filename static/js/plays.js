/** Tells the outbox what was listened to: one play from its first sound until it is finished or left. */

import { uuid7 } from "./uuid7.js";

const PROGRESS_EVERY_S = 10;

export class Plays {
  #play = null;
  // Seconds heard of the loaded audio when this play began, and when it was last reported.
  #before = 0;
  #reported = 0;

  constructor(player, outbox) {
    this.player = player;
    this.outbox = outbox;
    player.addEventListener("sound", () => this.#start());
    player.addEventListener("time", () => this.#progress());
    player.addEventListener("leaving", (event) => this.#end(event.detail.finished ? "finished" : "skipped"));
  }

  #start() {
    if (this.#play) return;
    this.#play = { id: uuid7(), track: this.player.track };
    this.#before = this.#reported = this.player.heard;
    this.#tell("started");
  }

  #progress() {
    if (!this.#play || this.player.heard - this.#reported < PROGRESS_EVERY_S) return;
    this.#reported = this.player.heard;
    this.#tell("progress");
  }

  #end(kind) {
    if (!this.#play) return;
    this.#tell(kind);
    this.#play = null;
  }

  #tell(kind) {
    const { id, track } = this.#play;
    this.outbox.add(kind, {
      play_id: id,
      track_id: track.id,
      position_ms: milliseconds(this.player.position),
      played_ms: milliseconds(this.player.heard - this.#before),
      duration_ms: milliseconds(this.player.duration),
      source: track.source,
      recommendation_id: track.recommendation,
    });
  }
}

function milliseconds(seconds) {
  return Math.round(seconds * 1000);
}
