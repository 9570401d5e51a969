/** The player over the whole window: on a phone that is where most of its buttons are. */

import { closed, isPhone, opened } from "./layers.js";
import { gettext } from "./texts.js";

export class FullPlayer {
  constructor(element, button) {
    this.element = element;
    this.button = button;
    button.addEventListener("click", () => this.turn());
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
  }
}
