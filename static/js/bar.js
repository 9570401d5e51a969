/** The player bar: shows the player, and passes on what is pressed. */

import { clock } from "./format.js";

export class Bar {
  #seeking = false;

  constructor(element, player, library, actions) {
    this.element = element;
    this.player = player;
    this.library = library;
    this.actions = actions;
    this.#press();
    player.addEventListener("track", () => this.#showTrack());
    player.addEventListener("state", () => this.#showState());
    player.addEventListener("time", () => this.#showTime());
    library.addEventListener("change", () => this.#showLike());
    this.#showTrack();
    this.#showState();
    this.#showTime();
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
      mute: () => player.toggleMute(),
      like: () => actions.like(player.track),
      ban: () => actions.ban(player.track),
      queue: () => actions.toggleQueue(),
    };
    for (const [name, act] of Object.entries(presses)) this.#part(name).addEventListener("click", act);
    this.#part("volume").addEventListener("input", (event) => player.setVolume(event.target.valueAsNumber));
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

  #showTrack() {
    const { track } = this.player;
    if (!track) return;
    const art = this.element.querySelector(".player-art");
    art.src = track.cover;
    art.hidden = false;
    for (const [name, text, url] of [
      ["title", track.title, track.url],
      ["artist", track.artist, track.artistUrl],
    ]) {
      const link = this.element.querySelector(`.player-${name}`);
      link.textContent = link.title = text;
      link.href = url;
    }
    this.library.learn([track.id]);
    this.#showLike();
    this.#showState();
  }

  #showLike() {
    const { track } = this.player;
    if (track) this.#part("like").setAttribute("aria-pressed", this.library.isLiked(track.id));
  }

  #showState() {
    const { player, element } = this;
    element.dataset.state = !player.track ? "empty" : player.isPlaying ? "playing" : "paused";
    element.classList.toggle("is-waiting", player.isPlaying && player.audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA);
    this.#part("toggle").setAttribute("aria-label", player.isPlaying ? "Pause" : "Play");
    this.#part("next").disabled = !player.queue.hasNext;
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
    seek.style.setProperty("--fill", `${duration ? (100 * seconds) / duration : 0}%`);
    seek.setAttribute("aria-valuetext", `${clock(seconds)} of ${clock(duration)}`);
  }
}
