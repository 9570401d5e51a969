/**
 * Puts new shelves in the place of the old ones. What the pointer is on or the focus is in stays where it is: its tile
 * keeps its place in its row, and its row keeps its height on the screen. While a finger is down, nothing changes.
 */

// A press that lasts longer is no press of a tile any more.
const LONGEST_WAIT_MS = 2000;
const SLIDE_MS = 420;

let pressed = false;
let pointer = null;
// What the last swap had no room for, though the server counts on it.
let aside = [];

addEventListener("pointerdown", () => (pressed = true), true);
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => (pressed = false), true);
addEventListener("pointermove", (event) => (pointer = event.pointerType === "mouse" ? event : null), { capture: true, passive: true });
document.documentElement.addEventListener("pointerleave", () => (pointer = null));

/**
 * True once the message's shelves stand on the page; false where the page, or the news, was replaced meanwhile; null
 * where they stand on others than the page shows.
 */
export async function swapShelves({ html, version, base }, isWanted) {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (pressed && performance.now() < deadline) await new Promise((done) => setTimeout(done, 50));
  const old = document.getElementById("shelves");
  if (!old || !isWanted() || Number(old.dataset.version) === version) return false;
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.getElementById("shelves");
  if (base !== null && !(Number(old.dataset.version) === base && fill(fresh, old))) return null;
  aside = [];
  const before = { tiles: tiles(old), focus: focusIn(old), scrolls: scrolls(old), held: heldIn(old) };
  keep(fresh, before.held);
  if (before.held) holdWhatIsAbove(fresh);
  // A row that snaps would follow the tile at its edge, wherever that slides from.
  fresh.classList.add("is-settling");
  setTimeout(() => fresh.classList.remove("is-settling"), 2 * SLIDE_MS);
  old.replaceWith(fresh);
  window.htmx.process(fresh);
  restore(fresh, before);
  animate(fresh, before.tiles);
  return true;
}

/** Where `fresh` only names a track, the old shelves' tile of it takes the place; false where there is none. */
function fill(fresh, old) {
  const have = new Map([...aside, ...old.querySelectorAll(".tile")].map((tile) => [tile.dataset.track, tile]));
  for (const named of fresh.querySelectorAll(".tile[data-known]")) {
    const tile = have.get(named.dataset.track)?.cloneNode(true);
    if (!tile) return false;
    tile.classList.remove("is-new", "is-moving", "is-banned");
    tile.querySelector(".tile-reason").replaceWith(named.querySelector(".tile-reason"));
    named.replaceWith(tile);
  }
  return true;
}

/** The tile under the pointer, else the one with the focus, and where it is. */
function heldIn(shelves) {
  const under = pointer && document.elementFromPoint(pointer.clientX, pointer.clientY)?.closest("#shelves .tile");
  const tile = under ?? document.activeElement?.closest("#shelves .tile");
  // One that was just banned goes, as asked.
  if (!tile || !shelves.contains(tile) || tile.classList.contains("is-banned")) return null;
  const strip = tile.closest("[data-shelf]");
  return { tile, shelf: strip.dataset.shelf, place: [...tile.parentElement.children].indexOf(tile), top: strip.getBoundingClientRect().top };
}

/** The held tile takes its old place in the new row; in one that has no such row any more, there is nothing to hold. */
function keep(fresh, held) {
  const row = held && fresh.querySelector(`[data-shelf="${held.shelf}"] .strip`);
  if (!row) return;
  const same = row.querySelector(`[data-track="${held.tile.dataset.track}"]`);
  const tile = same ?? held.tile.cloneNode(true);
  tile.remove();
  row.insertBefore(tile, row.children[held.place] ?? null);
  // One more than the row has room for.
  if (!same && row.children.length > held.place + 1) {
    aside.push(row.lastElementChild);
    row.lastElementChild.remove();
  }
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

function restore(shelves, { focus, scrolls, held }) {
  for (const strip of strips(shelves)) {
    strip.querySelector(".strip").scrollLeft = scrolls.get(strip.dataset.shelf) ?? 0;
  }
  const row = held && strips(shelves).find((each) => each.dataset.shelf === held.shelf);
  if (row) holdStill(shelves, row, held.top);
  if (!focus) return;
  const strip = strips(shelves).find((each) => each.dataset.shelf === focus.shelf);
  const all = [...(strip?.querySelectorAll(".tile") ?? [])];
  // The same track where it is still there, else whatever stands in its place.
  const tile = all.find((each) => each.dataset.track === focus.track) ?? all[focus.place];
  tile?.querySelectorAll("a, button")[focus.part]?.focus({ preventScroll: true });
}

/** What leaves the page above the shelves with their first change leaves once nobody is in them. */
function holdWhatIsAbove(shelves) {
  shelves.dataset.held = "";
  const release = (event) => {
    if (!shelves.contains(event.relatedTarget)) delete shelves.dataset.held;
  };
  shelves.addEventListener("pointerleave", release);
  shelves.addEventListener("focusout", release);
}

/** Rows above may have come or gone: the page scrolls by as much, or leaves room where it cannot, until it is left. */
function holdStill(shelves, row, top) {
  document.getElementById("centre").scrollTop += row.getBoundingClientRect().top - top;
  const missing = top - row.getBoundingClientRect().top;
  if (missing < 1) return;
  shelves.style.paddingTop = `${missing}px`;
  shelves.addEventListener("pointerleave", () => (shelves.style.paddingTop = ""), { once: true });
}

/** New tiles arrive with a mark; those that moved within their row slide to their new place. */
function animate(shelves, before) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const [key, place] of tiles(shelves)) {
    const [shelf, track] = key.split(" ");
    const tile = shelves.querySelector(`[data-shelf="${shelf}"] [data-track="${track}"]`);
    const old = before.get(key);
    if (!old) tile.classList.add("is-new");
    else if (!still && Math.abs(old.x - place.x) > 1) {
      const from = `translateX(${old.x - place.x}px)`;
      // On its way it is not what a pointer is on.
      tile.classList.add("is-moving");
      const slide = tile.animate([{ transform: from }, { transform: "none" }], { duration: SLIDE_MS, easing: "cubic-bezier(.2,.8,.2,1)" });
      slide.addEventListener("finish", () => tile.classList.remove("is-moving"));
    }
  }
}
