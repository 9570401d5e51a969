/** The player bar: shows the player, and passes on what is pressed. */

import { clock } from "./format.js";
import { gettext } from "./texts.js";
import { announce } from "./toast.js";
import { Waveform } from "./waveform.js";

const REPEAT_WORDS = { off: gettext("Repeat: off"), all: gettext("Repeat the queue"), one: gettext("Repeat this track") };

export class Bar {
  #seeking = false;

  constructor(element, player, library, actions) {
    this.element = element;
    this.player = player;
    this.library = library;
    this.actions = actions;
    this.waveform = new Waveform(element.querySelector(".waveform"));
    this.#press();
    player.addEventListener("track", () => this.#showTrack());
    player.addEventListener("state", () => this.#showState());
    player.addEventListener("time", () => this.#showTime());
    player.queue.addEventListener("change", () => this.#showOrder());
    library.addEventListener("change", () => this.#showLike());
    this.#showTrack();
    this.#showState();
    this.#showTime();
    this.#showOrder();
  }

  #part(name) {
    return this.element.querySelector(`[data-player="${name}"]`);
  }

  #press() {
    const { player, actions } = this;
    const presses = {
      toggle: () => player.toggle(),
      next: () => player.next(),
      previous: () => player.previous(),
      shuffle: () => player.queue.turnShuffle(),
      repeat: () => this.#turnRepeat(),
      mute: () => player.volume.toggleMute(),
      like: () => actions.like(player.track),
      ban: () => actions.ban(player.track),
      queue: () => actions.toggleQueue(),
    };
    for (const [name, act] of Object.entries(presses)) this.#part(name).addEventListener("click", act);
    this.#part("volume").addEventListener("input", (event) => player.volume.set(event.target.valueAsNumber));
    const seek = this.#part("seek");
    // While the thumb is held, the bar shows where it is rather than what plays.
    seek.addEventListener("input", () => {
      this.#seeking = true;
      this.#showPosition(seek.valueAsNumber);
    });
    seek.addEventListener("change", () => {
      this.#seeking = false;
      player.seek(seek.valueAsNumber);
    });
  }

  #turnRepeat() {
    this.player.queue.turnRepeat();
    announce(REPEAT_WORDS[this.player.queue.repeat]);
  }

  #showTrack() {
    const { track } = this.player;
    const art = this.element.querySelector(".player-art");
    art.hidden = !track;
    if (track) art.src = track.cover;
    for (const [name, text, url] of [
      ["title", track?.title ?? "", track?.url ?? ""],
      ["artist", track?.artist ?? "", track?.artistUrl ?? ""],
    ]) {
      const link = this.element.querySelector(`.player-${name}`);
      // A link to nowhere would have no name either.
      link.hidden = !track;
      link.textContent = link.title = text;
      link.href = url;
      // It had no address, or another, when htmx came: without this it would leave the shell, and end the sound.
      window.htmx.process(link);
    }
    this.#showState();
    this.#showWaveform(track);
    if (!track) return;
    this.library.learn([track.id]);
    this.#showLike();
  }

  async #showWaveform(track) {
    if (this.drawn === track?.id) return;
    this.drawn = track?.id;
    this.waveform.show(null);
    if (!track) return;
    const heights = await this.player.sounds.waveform(track);
    if (this.drawn !== track.id) return;
    this.waveform.show(heights);
    // It may be measured by the time it is played again.
    if (!heights) this.drawn = null;
  }

  #showLike() {
    const { track } = this.player;
    if (track) this.#part("like").setAttribute("aria-pressed", this.library.isLiked(track.id));
  }

  #showState() {
    const { player, element } = this;
    element.dataset.state = !player.track ? "empty" : player.isPlaying ? "playing" : "paused";
    element.classList.toggle("is-waiting", player.isWaiting);
    this.#part("toggle").setAttribute("aria-label", player.isPlaying ? gettext("Pause") : gettext("Play"));
  }

  #showOrder() {
    const { queue } = this.player;
    this.#part("next").disabled = !queue.hasNext;
    this.#part("shuffle").setAttribute("aria-pressed", queue.isShuffled);
    const repeat = this.#part("repeat");
    repeat.dataset.repeat = queue.repeat;
    repeat.setAttribute("aria-pressed", queue.repeat !== "off");
    repeat.setAttribute("aria-label", REPEAT_WORDS[queue.repeat]);
    repeat.title = REPEAT_WORDS[queue.repeat];
  }

  #showTime() {
    const { player } = this;
    const seek = this.#part("seek");
    seek.max = player.duration;
    this.element.querySelector(".player-duration").textContent = clock(player.duration);
    if (!this.#seeking) {
      seek.value = player.position;
      this.#showPosition(player.position);
    }
    const { volume, muted } = player.audio;
    this.element.classList.toggle("is-muted", muted);
    this.#part("mute").setAttribute("aria-pressed", muted);
    this.#part("volume").value = muted ? 0 : volume;
    this.#part("volume").style.setProperty("--fill", `${muted ? 0 : volume * 100}%`);
  }

  #showPosition(seconds) {
    const { duration } = this.player;
    const seek = this.#part("seek");
    this.element.querySelector(".player-position").textContent = clock(seconds);
    const share = duration ? seconds / duration : 0;
    seek.style.setProperty("--fill", `${100 * share}%`);
    seek.setAttribute("aria-valuetext", gettext("{position} of {duration}", { position: clock(seconds), duration: clock(duration) }));
    this.waveform.moveTo(share);
  }
}
