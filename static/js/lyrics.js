/** Lyrics with their times: the line that is sung is marked and kept in sight, and a line that is pressed is gone to. */

// Seconds by which a line comes early: it is read before it is heard.
const EARLY_S = 0.2;
// Milliseconds for which whoever scrolls is left alone.
const ALONE_MS = 5000;

export class Lyrics {
  #scrolledAt = -Infinity;

  constructor(panel, player) {
    this.panel = panel;
    this.player = player;
    panel.addEventListener("click", ({ target }) => {
      const at = target.closest("[data-at]")?.dataset.at;
      if (at) player.seek(Number(at));
    });
    for (const name of ["wheel", "touchmove"]) panel.addEventListener(name, () => (this.#scrolledAt = performance.now()), { passive: true });
    player.addEventListener("time", () => this.show());
  }

  show() {
    const { panel, player } = this;
    const list = panel.querySelector("[data-lyrics]");
    if (!list?.offsetParent || Number(list.dataset.lyrics) !== player.track?.id) return;
    const lines = [...list.querySelectorAll("[data-at]")];
    const line = lines.findLast(({ dataset }) => dataset.at <= player.position + EARLY_S);
    const former = lines.find((each) => each.ariaCurrent);
    if (line === former) return;
    former?.removeAttribute("aria-current");
    line?.setAttribute("aria-current", "true");
    if (performance.now() - this.#scrolledAt < ALONE_MS) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    line?.scrollIntoView({ block: "center", behavior });
  }
}
