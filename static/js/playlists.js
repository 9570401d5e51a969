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
  for (const row of rows.children) {
    forgetForm(row);
    addHandle(row);
  }
  // A dragged row is at its new place by now; one that is moved by keys is where it was.
  const drop = (from, to) => move(rows.children[rows.children[from].contains(document.activeElement) ? from : to], to);
  makeReorderable(rows, drop, (place) => moveTo(rows.children[place]));
}

/** Buttons that name their form are slow by the thousand, each looking at all the others; with scripts nobody sees them. */
export function forgetForm(row) {
  row.querySelector(".row-form.without-script")?.remove();
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
  number(rows);
  const [previous, next] = [row.previousElementSibling, row.nextElementSibling].map((each) => each && Number(each.dataset.entry));
  const place = Number(rows.dataset.first) + [...rows.children].indexOf(row);
  // Neighbours rather than a place: another device may have changed what is above.
  if (previous || next) await save(row, previous ? { after: previous } : { before: next }, place);
}

/** Returns whether the server has the new place; `place` is that of the whole list, unless the answer says which it is. */
async function save(row, said, place) {
  try {
    const address = `${row.closest("[data-entries]").dataset.entries}${row.dataset.entry}/`;
    const answer = await asked(address, { method: "PATCH", headers: jsonHeaders(), body: JSON.stringify(said) });
    const now = (await answer.json()).place ?? place;
    announce(gettext("{title} is now at place {place}", { title: row.dataset.title, place: now + 1 }));
    return true;
  } catch (error) {
    console.warn(error);
    toast(gettext("The new order could not be saved: open the page anew"));
    return false;
  }
}

/** To any place of the list that the listener says, also one that the page does not show. */
export async function moveTo(row) {
  const rows = row.parentElement;
  const first = Number(rows.dataset.first);
  const to = askPlace(row.dataset, first + [...rows.children].indexOf(row), Infinity);
  if (to === null) return;
  const isLast = !document.querySelector("#main [data-more]");
  if (to >= first && (isLast || to < first + rows.children.length)) {
    await move(row, Math.min(to - first, rows.children.length - 1));
  } else if (await save(row, { place: to })) {
    if (to < first) rows.dataset.first = first + 1;
    row.remove();
    number(rows);
  }
}

/** The places of the rows, after one went elsewhere. */
function number(rows) {
  for (const [index, row] of [...rows.children].entries()) row.querySelector(".row-number").textContent = Number(rows.dataset.first) + index + 1;
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
    number(list.querySelector("[data-sortable]"));
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
