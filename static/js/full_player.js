/** The player over the whole window: on a phone that is where most of its buttons are. The words of the song go with it. */

import { closed, isPhone, opened } from "./layers.js";
import { Lyrics } from "./lyrics.js";
import { asked } from "./server.js";
import { gettext } from "./texts.js";

export class FullPlayer {
  // The track whose words were asked for.
  #of = null;

  constructor(element, player) {
    this.element = element;
    this.player = player;
    this.button = element.querySelector("[data-player=expand]");
    this.words = element.querySelector(".player-lyrics");
    this.wordsButton = element.querySelector("[data-player=lyrics]");
    this.lyrics = new Lyrics(this.words, player);
    this.button.addEventListener("click", () => this.turn());
    this.wordsButton.addEventListener("click", () => this.#showWords(this.words.hidden));
    player.addEventListener("track", () => this.#fetchWords());
    // On a phone the bar is small, and a press anywhere beside its buttons opens it.
    element.querySelector(".player-now").addEventListener("click", (event) => {
      if (!this.isOpen && isPhone() && !event.target.closest("button")) {
        event.preventDefault();
        event.stopPropagation();
        this.turn();
      }
    }, { capture: true });
    element.addEventListener("keydown", (event) => event.key === "Escape" && this.isOpen && this.turn());
  }

  get isOpen() {
    return this.element.classList.contains("is-full");
  }

  turn() {
    const isOpen = this.element.classList.toggle("is-full");
    document.body.classList.toggle("has-full-player", isOpen);
    this.button.setAttribute("aria-expanded", isOpen);
    this.button.setAttribute("aria-label", isOpen ? gettext("Close the full player") : gettext("Full player"));
    this.button.focus();
    if (isOpen) opened(this, () => this.turn());
    else closed(this);
    this.#fetchWords();
    this.lyrics.show();
  }

  async #fetchWords() {
    const { track } = this.player;
    if (!this.isOpen || !track || this.#of === track.id) return;
    this.#of = track.id;
    this.#fill(null);
    try {
      const page = document.createElement("template");
      page.innerHTML = await (await asked(`/tracks/${track.id}/about/`)).text();
      if (this.#of === track.id) this.#fill(page.content.querySelector(".lyrics"));
    } catch (error) {
      console.warn(track.title, error); // asked again when the player is next opened
      this.#of = null;
    }
  }

  #fill(found) {
    this.words.replaceChildren(...(found ? [found] : []));
    this.words.scrollTop = 0;
    this.element.classList.toggle("has-lyrics", found !== null);
    // Where there is room for cover and words, both are there.
    this.#showWords(found !== null && !isPhone());
  }

  #showWords(isShown) {
    this.words.hidden = !isShown;
    this.wordsButton.setAttribute("aria-pressed", isShown);
    this.lyrics.show();
  }
}
