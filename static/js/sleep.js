/** Music to fall asleep by: it fades away after some minutes, or ends with the track. */

import { gettext } from "./texts.js";
import { toast } from "./toast.js";

const FADE_S = 8;

export class SleepTimer extends EventTarget {
  // Minutes, "track", or "" for none.
  chosen = "";
  #timer = null;

  constructor(player) {
    super();
    this.player = player;
    player.addEventListener("state", () => this.chosen === "track" && !player.stopsAfterTrack && this.choose(""));
  }

  choose(value) {
    clearTimeout(this.#timer);
    this.chosen = value;
    this.player.stopsAfterTrack = value === "track";
    const minutes = Number(value);
    if (minutes > 0) this.#timer = setTimeout(() => this.#end(), 60_000 * minutes);
    if (value) toast(value === "track" ? gettext("Playing stops after this track") : gettext("Playing stops in {minutes} minutes", { minutes }));
    this.dispatchEvent(new Event("change"));
  }

  async #end() {
    await this.player.fadeOut(FADE_S);
    this.choose("");
  }
}
