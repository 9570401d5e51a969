/** What the pages of the catalogue and the library have beside playing: menus, choosing, playlists, long lists, charts. */

import { drawCharts } from "./chart.js";
import { Chosen } from "./chosen.js";
import { copy, listenForForms } from "./forms.js";
import { More } from "./more.js";
import { addHandle, addToPlaylist, makeSortable, moveTo, shift, takeOut, tracksOf } from "./playlists.js";
import { gettext, ngettext } from "./texts.js";
import { toast } from "./toast.js";
import { TrackMenu } from "./track_menu.js";
import { trackOf } from "./tracks.js";

export class LibraryPages {
  constructor(player, library, actions, lists) {
    Object.assign(this, { player, library, actions });
    this.chosen = new Chosen((name, rows) => this.#do(name, rows));
    new TrackMenu(this.chosen, (rows) => this.#menu(rows));
    listenForForms(library);
    this.more = new More((rows) => {
      if (rows[0]?.closest("[data-sortable]")) rows.forEach(addHandle);
      lists.refresh();
    });
    document.addEventListener("click", (event) => this.#playWhole(event), true);
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-add]");
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      addToPlaylist(new URL(link.href).searchParams.getAll("track"));
    }, true);
    this.refresh();
  }

  /** The page has new content. */
  refresh() {
    const main = document.getElementById("main");
    this.more.refresh();
    this.chosen.show();
    makeSortable(main);
    drawCharts(main).catch((error) => console.warn("The chart could not be drawn:", error));
  }

  #do(name, rows) {
    const tracks = rows.filter((row) => "playable" in row.dataset).map(trackOf);
    const acts = {
      play: () => this.player.playList(tracks, 0),
      next: () => this.actions.playNext(tracks),
      queue: () => this.actions.addToQueue(tracks),
      playlist: () => addToPlaylist(rows.map((row) => row.dataset.track)),
      like: () => this.#likeAll(rows.map(trackOf)),
      remove: () => takeOut(rows),
    };
    if (!tracks.length && ["play", "next", "queue"].includes(name)) toast(gettext("None of these tracks can be played here"));
    else acts[name]();
    this.chosen.clear();
  }

  #likeAll(tracks) {
    for (const track of tracks) if (!this.library.isLiked(track.id)) this.library.like(track, true);
    toast(ngettext("{count} track liked", "{count} tracks liked", tracks.length));
  }

  #menu(rows) {
    const [row] = rows;
    const many = rows.length > 1;
    const track = trackOf(row);
    const canPlay = rows.some((each) => "playable" in each.dataset);
    return [
      ...(canPlay ? [
        { label: gettext("Play next"), act: () => this.#do("next", rows) },
        { label: gettext("Add to queue"), act: () => this.#do("queue", rows) },
      ] : []),
      { label: gettext("Add to playlist …"), act: () => this.#do("playlist", rows), keepsFocus: true },
      ...(row.dataset.entry ? [{ label: gettext("Take out of this playlist"), act: () => this.#do("remove", rows) }] : []),
      null,
      ...(many ? [{ label: gettext("Like"), act: () => this.#do("like", rows) }] : this.#ofOne(row, track)),
      ...(row.matches("[data-rows] > .row") ? [{ label: row.classList.contains("is-chosen") ? gettext("Choose no longer") : gettext("Choose"), act: () => this.chosen.toggle(row) }] : []),
    ];
  }

  #ofOne(row, track) {
    const isEntry = "entry" in row.dataset;
    return [
      { label: this.library.isLiked(track.id) ? gettext("Like no longer") : gettext("Like"), act: () => this.actions.like(track) },
      { label: this.library.isBanned(track.id) ? gettext("Suggest again") : gettext("Not for me"), act: () => this.actions.ban(track) },
      { label: gettext("Radio"), radio: `track:${track.id}` },
      null,
      { label: gettext("Go to the track"), href: track.url },
      { label: gettext("Go to the artist"), href: track.artistUrl },
      ...(row.dataset.albumUrl ? [{ label: gettext("Go to the album"), href: row.dataset.albumUrl }] : []),
      { label: gettext("Copy link"), act: () => copy(track.url) },
      null,
      ...(isEntry ? [
        { label: gettext("Move up"), act: () => shift(row, -1) },
        { label: gettext("Move down"), act: () => shift(row, 1) },
        { label: gettext("Move to the top"), act: () => shift(row, -Infinity) },
        { label: gettext("Move to place …"), act: () => moveTo(row) },
      ] : []),
    ];
  }

  /** A playlist is played whole, also what the page has not shown yet. */
  async #playWhole(event) {
    const list = event.target.closest("[data-play-all]")?.closest("[data-play-tracks]");
    if (!list) return;
    event.stopPropagation();
    try {
      const tracks = (await tracksOf(list)).filter((track) => !this.library.isBanned(track.id));
      if (tracks.length) this.player.playList(tracks, 0);
      else toast(gettext("None of these tracks can be played here"));
    } catch (error) {
      console.warn(error);
      toast(gettext("This playlist could not be reached"));
    }
  }
}
