/** A list whose items are put into another order: by dragging a handle, with mouse or finger, or by Alt and an arrow. */

import { gettext } from "./texts.js";

// The list scrolls while an item is held this near to its edge, in pixels.
const EDGE = 40;
const SCROLL_STEP = 8;
const AFTER_DROP_MS = 100;

/**
 * `move(from, to)` is called with places among the list's items once one was dropped elsewhere, `ask(from)` where a
 * handle was pressed and not dragged.
 */
export function makeReorderable(list, move, ask) {
  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-drag]");
    if (handle && event.button === 0) new Drag(list, handle, event, move);
  });
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[data-drag]")?.closest("li");
    if (item && !Drag.isOver) ask([...list.children].indexOf(item));
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const item = event.target.closest("li");
    if (!event.altKey || !step || !item?.querySelector("[data-drag]")) return;
    event.preventDefault();
    const from = [...list.children].indexOf(item);
    const other = list.children[from + step];
    if (other?.querySelector("[data-drag]")) move(from, from + step);
  });
}

/** What a handle is called. */
export function handleName(track) {
  return gettext("Move {title}: drag, press Alt and an arrow, or press for a place by its number", track);
}

/** The place that the listener says, the first being 0; null for none. `count` may be Infinity. */
export function askPlace({ title }, place, count) {
  const said = Number(window.prompt(gettext("{title}: move to which place? The first is 1", { title }), place + 1));
  return said >= 1 ? Math.min(Math.floor(said), count) - 1 : null;
}

class Drag {
  // Whether one was dropped just now: then a click follows that means nothing.
  static isOver = false;

  constructor(list, handle, event, move) {
    this.list = list;
    this.move = move;
    this.item = handle.closest("li");
    this.from = [...list.children].indexOf(this.item);
    this.scroller = list.closest("[data-scroller]") ?? list;
    event.preventDefault();
    this.item.classList.add("is-dragged");
    const over = new AbortController();
    // On the window: an item that is moved within the page loses the pointer that it captured.
    const on = (name, act) => addEventListener(name, act, { signal: over.signal });
    on("pointermove", (moved) => this.#drag(moved.clientY));
    on("pointerup", () => this.#drop(over));
    on("pointercancel", () => this.#drop(over));
  }

  #drag(y) {
    const box = this.scroller.getBoundingClientRect();
    if (y < box.top + EDGE) this.scroller.scrollTop -= SCROLL_STEP;
    else if (y > box.bottom - EDGE) this.scroller.scrollTop += SCROLL_STEP;
    const before = [...this.list.children].find((item) => {
      const { top, height } = item.getBoundingClientRect();
      return item !== this.item && item.querySelector("[data-drag]") && y < top + height / 2;
    });
    if (before) before.before(this.item);
    else this.list.append(this.item);
  }

  #drop(over) {
    over.abort();
    this.item.classList.remove("is-dragged");
    const to = [...this.list.children].indexOf(this.item);
    if (to === this.from) return;
    Drag.isOver = true;
    setTimeout(() => (Drag.isOver = false), AFTER_DROP_MS);
    this.move(this.from, to);
  }
}
