/** How loud it is, the same in both decks, and remembered. */

import { local, readJson } from "./storage.js";

const KEY = "volume";
// What a volume of nothing becomes when it is turned on again.
const AUDIBLE = 0.5;

export class Volume {
  constructor(elements) {
    this.elements = elements;
    const { level = 1, muted = false } = readJson(local, KEY) ?? {};
    for (const audio of elements) {
      Object.assign(audio, { volume: level, muted });
      audio.addEventListener("volumechange", () => local.set(KEY, JSON.stringify({ level: audio.volume, muted: audio.muted })));
    }
  }

  /** From 0 to 1. */
  set(level) {
    const volume = Math.min(Math.max(0, level), 1);
    for (const audio of this.elements) Object.assign(audio, { volume, muted: volume === 0 });
  }

  toggleMute() {
    const [{ muted, volume }] = this.elements;
    if (muted && volume === 0) this.set(AUDIBLE);
    else for (const audio of this.elements) audio.muted = !muted;
  }
}
