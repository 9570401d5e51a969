/** Playlists: add to one from anywhere, and put one's own in order. Every change goes to the server at once. */

import { askPlace, handleName, makeReorderable } from "./reorder.js";
import { asked, jsonHeaders, trackFromJson } from "./server.js";
import { gettext, ngettext } from "./texts.js";
import { announce, toast } from "./toast.js";

// Tracks of one answer, and of a whole list.
const AT_ONCE = 1000;
const MOST = 10_000;

/** Asks in a dialog to which playlist the tracks go. */
export async function addToPlaylist(ids) {
  const address = `/playlists/add/?${ids.map((id) => `track=${id}`).join("&")}`;
  try {
    const page = parse(await (await asked(address)).text());
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.append(page.getElementById("add-to-playlist"));
    dialog.setAttribute("aria-labelledby", "add-title");
    dialog.querySelector("h1").id = "add-title";
    dialog.append(closeButton(dialog));
    dialog.addEventListener("submit", (event) => submit(event, dialog));
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  } catch (error) {
    console.warn(address, error);
    toast(gettext("Your playlists could not be reached"));
  }
}

async function submit(event, dialog) {
  event.preventDefault();
  const form = event.target;
  try {
    const body = new FormData(form, event.submitter);
    const response = await fetch(form.action, { method: "POST", body });
    const page = parse(await response.text());
    if (!response.ok) return toast(page.querySelector("[role=alert] p")?.textContent ?? gettext("That could not be added"));
    dialog.close();
    return toast(gettext("Added to “{name}”", { name: page.querySelector("h1").textContent }));
  } catch (error) {
    console.warn(form.action, error);
    return toast(gettext("That could not be saved: try again"));
  }
}

/** All tracks of a playlist, which may have more than the page shows. */
export async function tracksOf(list) {
  const { playTracks, source } = list.dataset;
  const tracks = [];
  for (let after = 0; after !== null && tracks.length < MOST; ) {
    const page = await (await asked(`${playTracks}?after=${after}&count=${AT_ONCE}`)).json();
    tracks.push(...page.tracks.filter(({ track }) => track.playable).map(({ track }) => ({ ...trackFromJson(track), source, recommendation: null })));
    after = page.next;
  }
  return tracks;
}

/** Rows of one's own playlist can be dragged, and moved by Alt and an arrow. */
export function makeSortable(main) {
  const rows = main.querySelector("[data-sortable]:not(.is-sortable)");
  if (!rows) return;
  rows.classList.add("is-sortable");
  for (const row of rows.children) addHandle(row);
  // A dragged row is at its new place by now; one that is moved by keys is where it was.
  const drop = (from, to) => move(rows.children[rows.children[from].contains(document.activeElement) ? from : to], to);
  makeReorderable(rows, drop, (place) => moveTo(rows.children[place]));
}

export function addHandle(row) {
  if (row.querySelector("[data-drag]")) return;
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "icon-button row-handle";
  handle.dataset.drag = "";
  handle.setAttribute("aria-label", handleName(row.dataset));
  handle.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#icon-drag"/></svg>';
  row.prepend(handle);
}

/** Put a row at a place of its list, on the page and on the server. */
async function move(row, to) {
  const rows = row.parentElement;
  const others = [...rows.children].filter((each) => each !== row);
  const hadFocus = row.contains(document.activeElement);
  rows.insertBefore(row, others[to] ?? null);
  if (hadFocus) row.querySelector("[data-drag]").focus();
  const [previous, next] = [row.previousElementSibling, row.nextElementSibling].map((each) => each && Number(each.dataset.entry));
  if (previous || next) await save(row, to, async () => (previous ? { after: previous } : { before: next }));
}

/** `whither(address)` says beside which other entry of the list there. */
async function save(row, to, whither) {
  const address = row.closest("[data-entries]").dataset.entries;
  try {
    const body = JSON.stringify(await whither(address));
    await asked(`${address}${row.dataset.entry}/`, { method: "PATCH", headers: jsonHeaders(), body });
    announce(gettext("{title} is now at place {place}", { title: row.dataset.title, place: to + 1 }));
  } catch (error) {
    console.warn(error);
    toast(gettext("The new order could not be saved: open the page anew"));
  }
}

/** To any place that the listener says, also one that the page does not show yet. */
export async function moveTo(row) {
  const rows = [...row.parentElement.children];
  const place = rows.indexOf(row);
  const to = askPlace(row.dataset, place, Infinity);
  if (to === null) return;
  const isWhole = !document.querySelector("#main [data-more]");
  // A page further on begins at a place that it does not know.
  if (!location.search && (to < rows.length || isWhole)) return move(row, Math.min(to, rows.length - 1));
  await save(row, to, async (address) => {
    const { tracks } = await (await asked(`${address}?after=${to}&count=1`)).json();
    return location.search ? { before: tracks[0]?.entry ?? null } : tracks.length ? { after: tracks[0].entry } : { before: null };
  });
  row.remove();
}

/** To the place so many rows further; -Infinity and Infinity are the ends of what is shown. */
export function shift(row, steps) {
  const rows = row.parentElement;
  const last = rows.children.length - 1;
  move(row, Math.min(last, Math.max(0, [...rows.children].indexOf(row) + steps)));
}

export async function takeOut(chosen) {
  const list = chosen[0].closest("[data-entries]");
  const entries = chosen.map((row) => Number(row.dataset.entry));
  try {
    await asked(list.dataset.entries, { method: "DELETE", headers: jsonHeaders(), body: JSON.stringify({ entries }) });
    for (const row of chosen) row.remove();
    toast(ngettext("“{title}” taken out", "{count} tracks taken out", chosen.length, { title: chosen[0].dataset.title.slice(0, 60) }));
  } catch (error) {
    console.warn(error);
    toast(gettext("That could not be saved: try again"));
  }
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

function closeButton(dialog) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "icon-button dialog-close";
  button.setAttribute("aria-label", gettext("Close"));
  button.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#icon-close"/></svg>';
  button.addEventListener("click", () => dialog.close());
  return button;
}
