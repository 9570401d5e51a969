/** The panel at the right: the queue, to see, to jump in and to put in order; and what there is about the track. */

import { closed, isPhone, opened } from "./layers.js";
import { Lyrics } from "./lyrics.js";
import { askPlace, handleName, makeReorderable } from "./reorder.js";
import { asked } from "./server.js";
import { gettext, language } from "./texts.js";
import { announce, toast } from "./toast.js";

// Tracks before and after the present one that are listed: of 10,000, nobody reads more at a time.
const SHOWN_BEFORE = 20;
const SHOWN_AFTER = 200;

export class QueuePanel {
  #first = 0;
  #about = null;

  constructor(element, button, player) {
    this.element = element;
    this.button = button;
    this.player = player;
    this.list = element.querySelector(".queue-list");
    player.queue.addEventListener("change", () => this.#show());
    player.addEventListener("track", () => this.#showAbout());
    element.querySelector("[data-close]").addEventListener("click", () => this.toggle());
    element.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle());
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.#open(tab));
    element.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.#turn(event));
    this.list.addEventListener("click", (event) => this.#press(event));
    element.querySelector("[data-clear]").addEventListener("click", () => this.#clear());
    const place = (shown) => this.#first + shown;
    makeReorderable(this.list, (from, to) => this.#move(place(from), place(to)), (item) => this.#ask(place(item)));
    this.lyrics = new Lyrics(document.getElementById("panel-about"), player);
  }

  get #tabs() {
    return [...this.element.querySelectorAll("[role=tab]")];
  }

  toggle() {
    this.element.hidden = !this.element.hidden;
    this.button.setAttribute("aria-expanded", !this.element.hidden);
    if (this.element.hidden) {
      closed(this);
      return this.button.focus();
    }
    if (isPhone()) opened(this, () => this.toggle());
    this.#show();
    this.#showAbout();
    this.element.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    return this.element.querySelector("[data-close]").focus();
  }

  #open(tab) {
    for (const each of this.#tabs) {
      const isOpen = each === tab;
      each.setAttribute("aria-selected", isOpen);
      each.tabIndex = isOpen ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")).hidden = !isOpen;
    }
    this.#showAbout();
  }

  /** Arrows go from tab to tab, as in any list of tabs. */
  #turn(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.stopPropagation();
    const tabs = this.#tabs;
    const tab = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    this.#open(tab);
    tab.focus();
  }

  #press(event) {
    const item = event.target.closest("li");
    if (!item) return;
    const place = this.#placeOf(item);
    if (event.target.closest(".queue-remove")) this.player.queue.remove(place);
    else if (event.target.closest(".queue-jump")) this.player.jump(place);
  }

  #placeOf(item) {
    return this.#first + [...this.list.children].indexOf(item);
  }

  #move(from, to) {
    const { queue } = this.player;
    const { title } = queue.tracks[from];
    queue.move(from, to);
    this.list.children[to - this.#first]?.querySelector(".queue-jump").focus();
    announce(gettext("{title}: now number {place} of {count}", { title, place: to + 1, count: queue.tracks.length }));
  }

  #ask(from) {
    const { tracks } = this.player.queue;
    const to = askPlace(tracks[from], from, tracks.length);
    if (to !== null) this.#move(from, to);
  }

  #clear() {
    const { queue } = this.player;
    const before = { tracks: queue.tracks, station: queue.station };
    queue.clearComing();
    toast(gettext("Nothing more is to come"), { label: gettext("Undo"), act: () => queue.tracks[queue.index] === before.tracks[queue.index] && queue.restore(before) });
  }

  #show() {
    if (this.element.hidden) return;
    const { tracks, index, station } = this.player.queue;
    this.#first = Math.max(0, index - SHOWN_BEFORE);
    const shown = tracks.slice(this.#first, index + 1 + SHOWN_AFTER);
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...shown.map((track, place) => this.#item(track, this.#first + place, index)));
    if (focused) this.list.querySelector("[aria-current] .queue-jump")?.focus({ preventScroll: true });
    this.element.querySelector(".queue-empty").hidden = tracks.length > 0;
    const left = tracks.length - index - 1;
    this.element.querySelector("[data-clear]").hidden = left <= 0;
    const more = tracks.length - this.#first - shown.length;
    this.element.querySelector(".queue-more").textContent = more > 0 ? gettext("and {count} more", { count: more.toLocaleString(language) }) : "";
    this.element.querySelector(".queue-source").textContent = station ? gettext("{title}: goes on by itself", station) : tracks.length ? gettext("{count} to come", { count: left.toLocaleString(language) }) : "";
  }

  #item(track, place, current) {
    const item = document.getElementById("queue-item").content.firstElementChild.cloneNode(true);
    item.classList.toggle("is-past", place < current);
    item.classList.toggle("is-added", Boolean(track.added));
    if (place === current) item.setAttribute("aria-current", "true");
    item.querySelector("img").src = track.cover;
    item.querySelector(".queue-title").textContent = track.title;
    item.querySelector(".queue-artist").textContent = track.artist;
    item.querySelector(".queue-added").hidden = !track.added;
    const remove = item.querySelector(".queue-remove");
    remove.setAttribute("aria-label", gettext("Take {title} out of the queue", track));
    remove.hidden = place === current;
    item.querySelector("[data-drag]").setAttribute("aria-label", handleName(track));
    return item;
  }

  /** What the server knows about the track: asked for when somebody looks. */
  async #showAbout() {
    const { track } = this.player;
    const panel = document.getElementById("panel-about");
    if (this.element.hidden || panel.hidden || !track || this.#about === track.id) return;
    this.#about = track.id;
    try {
      const response = await asked(`/tracks/${track.id}/about/`);
      const html = await response.text();
      if (this.#about !== track.id) return;
      panel.innerHTML = html;
      window.htmx.process(panel);
      this.lyrics.show();
    } catch (error) {
      console.warn(track.title, error);
      this.#about = null;
      panel.textContent = gettext("That could not be reached");
    }
  }
}
