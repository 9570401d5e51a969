/** The queue at the right: see it, jump in it, take tracks out of it. */

export class QueuePanel {
  constructor(element, button, player) {
    this.element = element;
    this.button = button;
    this.player = player;
    player.queue.addEventListener("change", () => this.#show());
    element.querySelector("[data-close]").addEventListener("click", () => this.toggle());
    element.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle());
    element.querySelector(".queue-list").addEventListener("click", (event) => this.#press(event));
  }

  toggle() {
    this.element.hidden = !this.element.hidden;
    this.button.setAttribute("aria-expanded", !this.element.hidden);
    if (this.element.hidden) return this.button.focus();
    this.#show();
    this.element.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    return this.element.querySelector("[data-close]").focus();
  }

  #press(event) {
    const item = event.target.closest("li");
    if (!item) return;
    const index = [...item.parentElement.children].indexOf(item);
    if (event.target.closest(".queue-remove")) this.player.queue.remove(index);
    else if (event.target.closest(".queue-jump")) this.player.jump(index);
  }

  #show() {
    if (this.element.hidden) return;
    const { tracks, index, station } = this.player.queue;
    const list = this.element.querySelector(".queue-list");
    list.replaceChildren(...tracks.map((track, place) => this.#item(track, place, index)));
    this.element.querySelector(".queue-empty").hidden = tracks.length > 0;
    const left = tracks.length - index - 1;
    this.element.querySelector(".queue-source").textContent = station ? `${station.title}: goes on by itself` : tracks.length ? `${left} to come` : "";
  }

  #item(track, place, current) {
    const item = document.getElementById("queue-item").content.firstElementChild.cloneNode(true);
    item.classList.toggle("is-past", place < current);
    if (place === current) item.setAttribute("aria-current", "true");
    item.querySelector("img").src = track.cover;
    item.querySelector(".queue-title").textContent = track.title;
    item.querySelector(".queue-artist").textContent = track.artist;
    const remove = item.querySelector(".queue-remove");
    remove.setAttribute("aria-label", `Take ${track.title} out of the queue`);
    remove.hidden = place === current;
    return item;
  }
}
