/** The line above the player bar that says what plays on another device, and how many listen now. */

import { gettext, ngettext } from "./texts.js";

export class Elsewhere {
  constructor(element, devices) {
    this.element = element;
    element.querySelector("button").addEventListener("click", () => devices.playHere());
    devices.addEventListener("change", () => this.#show(devices.other));
    devices.addEventListener("listening", ({ detail }) => showListening(detail));
  }

  #show(other) {
    this.element.hidden = other === null;
    if (other) this.element.querySelector("span").textContent = other.isPlaying ? gettext("Playing in {name}", other) : gettext("Paused in {name}", other);
  }
}

function showListening(count) {
  const element = document.getElementById("listening");
  element.hidden = count === 0;
  element.textContent = ngettext("{count} listener now", "{count} listeners now", count);
}
