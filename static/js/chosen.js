/**
 * Several rows at once: Ctrl or Shift and a click, "x" on a row, or "Choose" in its menu. What is done is done to all of
 * them, in the order of the list.
 */

import { gettext } from "./texts.js";
import { announce } from "./toast.js";

export class Chosen {
  #last = null;

  /** `act(name, rows)` does what a button of the toolbar is named for. */
  constructor(act) {
    document.addEventListener("click", (event) => this.#click(event, act), true);
    // Shift and a click would choose the text in between too.
    document.addEventListener("mousedown", (event) => rowOf(event) && event.preventDefault());
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  get rows() {
    return [...document.querySelectorAll("#main .row.is-chosen")];
  }

  /** The row by itself, or all that are chosen where it is one of them. */
  with(row) {
    return row.classList.contains("is-chosen") ? this.rows : [row];
  }

  toggle(row) {
    row.classList.toggle("is-chosen");
    this.#last = row;
    this.show();
  }

  clear() {
    for (const row of this.rows) row.classList.remove("is-chosen");
    this.#last = null;
    this.show();
  }

  show() {
    const count = this.rows.length;
    const bar = document.querySelector("[data-selection]");
    if (!bar) return;
    bar.hidden = count === 0;
    bar.querySelector(".selection-count").textContent = gettext("{count} chosen", { count });
  }

  #click(event, act) {
    const button = event.target.closest("[data-selection] [data-do]");
    if (button) {
      if (button.dataset.do === "clear") return this.clear();
      return act(button.dataset.do, this.rows);
    }
    const row = rowOf(event);
    if (!row) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey && this.#last?.parentElement === row.parentElement) this.#range(row);
    else this.toggle(row);
  }

  #range(row) {
    const rows = [...row.parentElement.children];
    const [from, to] = [rows.indexOf(this.#last), rows.indexOf(row)].sort((one, other) => one - other);
    for (const each of rows.slice(from, to + 1)) each.classList.add("is-chosen");
    this.show();
  }

  #press(event) {
    if (event.target.closest("input, textarea, select, dialog, [role=menu]")) return;
    const row = event.target.closest("[data-rows] > .row");
    if (event.key === "Escape" && this.rows.length) this.clear();
    else if (event.key === "x" && row && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.toggle(row);
      announce(row.classList.contains("is-chosen") ? gettext("Chosen: {title}", row.dataset) : gettext("No longer chosen: {title}", row.dataset));
    }
  }
}

/** The row that is to be chosen by what was done with the mouse; none where that means something else. */
function rowOf(event) {
  const means = event.button === 0 && (event.ctrlKey || event.metaKey || event.shiftKey);
  return means && !event.target.closest("button, input, form") ? event.target.closest("[data-rows] > .row") : null;
}
