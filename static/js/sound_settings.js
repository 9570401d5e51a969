/** How it is to sound: what a listener chose, kept in this browser. */

import { local, readJson } from "./storage.js";

const KEY = "sound";
const DEFAULTS = { crossfade: 0, levelling: "track", speed: 1, format: "original", bitrate: 128, endless: true };

export class SoundSettings extends EventTarget {
  // Whether a track's audio is kept in this browser; `kept.js` knows.
  isKept = () => false;
  #chosen = { ...DEFAULTS };

  constructor() {
    super();
    const kept = readJson(local, KEY) ?? {};
    for (const [name, standard] of Object.entries(DEFAULTS)) {
      if (typeof kept[name] === typeof standard) this.#chosen[name] = kept[name];
    }
  }

  get(name) {
    return this.#chosen[name];
  }

  set(name, value) {
    if (this.#chosen[name] === value) return;
    this.#chosen[name] = value;
    local.set(KEY, JSON.stringify(this.#chosen));
    this.dispatchEvent(new CustomEvent("change", { detail: name }));
  }

  /** Where a track's audio is, in the chosen form. */
  address(track) {
    if (this.isKept(track)) return `${track.audio}?kept`;
    const { format, bitrate } = this.#chosen;
    return format === "original" ? track.audio : `${track.audio}?format=${format}&bitrate=${bitrate}`;
  }
}
