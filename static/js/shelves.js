/** Puts new shelves in the place of the old ones, without pulling anything from under a pointer or a finger. */

// A press or a move this recent means that somebody is aiming at a tile; the swap waits, but not for ever.
const AIMING_MS = 400;
const LONGEST_WAIT_MS = 2000;

let pressed = false;
let aimedAt = -Infinity;

addEventListener("pointerdown", () => (pressed = true), true);
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => (pressed = false), true);
for (const name of ["pointermove", "keydown", "scroll"]) {
  addEventListener(name, ({ target }) => {
    if (target instanceof Element && target.closest("#shelves")) aimedAt = performance.now();
  }, { capture: true, passive: true });
}

/** True once `html` stands on the page; false where the page, or the news, was replaced meanwhile. */
export async function swapShelves(html, isWanted) {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (isAiming() && performance.now() < deadline) await new Promise((done) => setTimeout(done, 50));
  const old = document.getElementById("shelves");
  if (!old || !isWanted()) return false;
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.getElementById("shelves");
  const before = { tiles: tiles(old), focus: focusIn(old), scrolls: scrolls(old) };
  old.replaceWith(fresh);
  window.htmx.process(fresh);
  restore(fresh, before);
  animate(fresh, before.tiles);
  return true;
}

function isAiming() {
  return pressed || performance.now() - aimedAt < AIMING_MS;
}

function strips(shelves) {
  return [...shelves.querySelectorAll("[data-shelf]")];
}

/** Each tile's place on the screen, under its shelf and track. */
function tiles(shelves) {
  const found = new Map();
  for (const strip of strips(shelves)) {
    for (const tile of strip.querySelectorAll(".tile")) {
      found.set(`${strip.dataset.shelf} ${tile.dataset.track}`, tile.getBoundingClientRect());
    }
  }
  return found;
}

function scrolls(shelves) {
  return new Map(strips(shelves).map((strip) => [strip.dataset.shelf, strip.querySelector(".strip").scrollLeft]));
}

/** Which tile of which shelf has the focus, and on which of its links and buttons. */
function focusIn(shelves) {
  const tile = document.activeElement?.closest("#shelves .tile");
  if (!tile || !shelves.contains(tile)) return null;
  const place = [...tile.parentElement.children].indexOf(tile);
  const part = [...tile.querySelectorAll("a, button")].indexOf(document.activeElement);
  return { shelf: tile.closest("[data-shelf]").dataset.shelf, track: tile.dataset.track, place, part };
}

function restore(shelves, { focus, scrolls }) {
  for (const strip of strips(shelves)) {
    strip.querySelector(".strip").scrollLeft = scrolls.get(strip.dataset.shelf) ?? 0;
  }
  if (!focus) return;
  const strip = strips(shelves).find((each) => each.dataset.shelf === focus.shelf);
  const all = [...(strip?.querySelectorAll(".tile") ?? [])];
  // The same track where it is still there, else whatever stands in its place.
  const tile = all.find((each) => each.dataset.track === focus.track) ?? all[focus.place];
  tile?.querySelectorAll("a, button")[focus.part]?.focus({ preventScroll: true });
}

/** New tiles arrive with a mark; those that moved slide to their new place. */
function animate(shelves, before) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const [key, place] of tiles(shelves)) {
    const [shelf, track] = key.split(" ");
    const tile = shelves.querySelector(`[data-shelf="${shelf}"] [data-track="${track}"]`);
    const old = before.get(key);
    if (!old) tile.classList.add("is-new");
    else if (!still && (old.x !== place.x || old.y !== place.y)) {
      const from = `translate(${old.x - place.x}px, ${old.y - place.y}px)`;
      tile.animate([{ transform: from }, { transform: "none" }], { duration: 420, easing: "cubic-bezier(.2,.8,.2,1)" });
    }
  }
}
