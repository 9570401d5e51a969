/** Rows and tiles: play, like and ban from them, and mark what plays, is liked or is banned. */

import { asked } from "./server.js";
import { gettext } from "./texts.js";
import { toast } from "./toast.js";
import { playable, trackOf } from "./tracks.js";

export class Lists {
  constructor(player, library, actions) {
    this.player = player;
    this.library = library;
    this.actions = actions;
    document.addEventListener("click", (event) => this.#press(event));
    for (const name of ["track", "state"]) player.addEventListener(name, () => this.#markPlaying());
    library.addEventListener("change", () => this.#markVerdicts());
    this.refresh();
  }

  /** The page has new content. */
  refresh() {
    this.#markPlaying();
    this.#markVerdicts();
    this.library.learn(items().map((item) => Number(item.dataset.track)));
  }

  #press({ target }) {
    const button = target.closest("button");
    if (!button) return;
    const item = button.closest("[data-track]");
    if (button.matches("[data-play]")) this.#play(item);
    else if (button.matches("[data-play-all]")) this.#playList(button.closest("[data-list]"));
    else if (button.matches("[data-play-album]")) this.#playPage(button.dataset.playAlbum);
    else if (button.matches("[data-like]")) this.actions.like(trackOf(item));
    else if (button.matches("[data-ban]")) this.actions.ban(trackOf(item));
  }

  #play(item) {
    const track = trackOf(item);
    if (this.player.track?.id === track.id && this.player.track.source === track.source) this.player.toggle();
    else this.#playList(item.closest("[data-list]"), item);
  }

  #playList(list, first = null) {
    // Banned tracks are left out, unless one is asked for by name.
    const found = playable(list).filter((item) => item === first || !this.library.isBanned(Number(item.dataset.track)));
    if (found.length) this.player.playList(found.map(trackOf), Math.max(0, found.indexOf(first)));
    else toast(gettext("None of these tracks can be played here"));
  }

  /** Play the list of another page, such as an album's, without going there. */
  async #playPage(url) {
    try {
      const response = await asked(url);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      this.#playList(page.querySelector("[data-list]"));
    } catch (error) {
      console.warn(url, error);
      toast(gettext("This album could not be reached"));
    }
  }

  #markPlaying() {
    const { track, isPlaying } = this.player;
    for (const item of items()) {
      const isCurrent = Number(item.dataset.track) === track?.id;
      item.classList.toggle("is-current", isCurrent);
      item.classList.toggle("is-playing", isCurrent && isPlaying);
    }
  }

  #markVerdicts() {
    for (const item of items()) {
      const id = Number(item.dataset.track);
      item.classList.toggle("is-banned", this.library.isBanned(id));
      item.querySelector("[data-like]")?.setAttribute("aria-pressed", this.library.isLiked(id));
    }
  }
}

function items() {
  return [...document.querySelectorAll("#main [data-track]")];
}
