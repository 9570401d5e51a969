/** The menu of a track, by its button, the right mouse button or the menu key; for chosen rows of all of them. */

import { ngettext } from "./texts.js";

const MARGIN = 8;

export class TrackMenu {
  #element = null;
  #opener = null;

  /** `items(rows)` gives [{label, act}], {label, href} or {label, radio}; null is a line between groups. */
  constructor(chosen, items) {
    this.chosen = chosen;
    this.items = items;
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("contextmenu", (event) => this.#context(event));
    addEventListener("resize", () => this.close());
    document.getElementById("centre").addEventListener("scroll", () => this.close(), { passive: true });
  }

  close({ focus = false } = {}) {
    if (!this.#element) return;
    this.#element.remove();
    this.#element = null;
    if (focus) this.#opener?.focus();
  }

  #click(event) {
    const button = event.target.closest("[data-menu]");
    if (button) {
      const box = button.getBoundingClientRect();
      const isOpen = this.#element && this.#opener === button;
      this.close();
      if (!isOpen) this.#open(button.closest("[data-track]"), button, box.right, box.bottom);
    } else if (!event.target.closest(".track-menu")) this.close();
  }

  #context(event) {
    const item = event.target.closest("#main [data-track]");
    // With Shift the browser's own menu comes; so it does on fields, and over chosen text.
    if (!item || event.shiftKey || event.target.closest("input, textarea") || String(getSelection())) return;
    event.preventDefault();
    const box = item.getBoundingClientRect();
    // The menu key has no place of its own.
    const [x, y] = event.clientX || event.clientY ? [event.clientX, event.clientY] : [box.left + 40, box.top + 20];
    this.close();
    this.#open(item, document.activeElement, x, y);
  }

  #open(item, opener, x, y) {
    const rows = this.chosen.with(item);
    this.#opener = opener;
    const menu = document.createElement("div");
    menu.className = "track-menu";
    menu.setAttribute("role", "menu");
    menu.setAttribute("aria-label", rows.length > 1 ? ngettext("{count} track", "{count} tracks", rows.length) : item.dataset.title);
    menu.append(...this.items(rows).map((each) => this.#item(each)));
    menu.addEventListener("keydown", (event) => this.#press(event));
    document.body.append(menu);
    window.htmx.process(menu);
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(MARGIN, Math.min(x, innerWidth - width - MARGIN))}px`;
    menu.style.top = `${Math.max(MARGIN, Math.min(y, innerHeight - height - MARGIN))}px`;
    this.#element = menu;
    menu.querySelector("[role=menuitem]").focus();
  }

  #item(each) {
    if (each === null) {
      const line = document.createElement("div");
      line.setAttribute("role", "separator");
      return line;
    }
    const element = document.createElement(each.href ? "a" : "button");
    element.setAttribute("role", "menuitem");
    element.tabIndex = -1;
    element.textContent = each.label;
    if (each.href) element.href = each.href;
    else element.type = "button";
    if (each.radio) element.dataset.radio = each.radio;
    element.addEventListener("click", () => {
      each.act?.();
      // After the radio's own listener, which looks at the button.
      queueMicrotask(() => this.close({ focus: !each.href && !each.keepsFocus }));
    });
    return element;
  }

  #press(event) {
    const all = [...this.#element.querySelectorAll("[role=menuitem]")];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all.at(to % all.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") this.close({ focus: true });
    else if (event.key.length === 1 && event.key !== " ") {
      const letter = event.key.toLowerCase();
      [...all.slice(at + 1), ...all].find((each) => each.textContent.toLowerCase().startsWith(letter))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
