/** What is done to a track, wherever on the page it is asked for. */

import { gettext, ngettext } from "./texts.js";
import { announce, toast } from "./toast.js";

export class Actions {
  constructor(player, library) {
    this.player = player;
    this.library = library;
  }

  like(track) {
    if (!track) return;
    const holds = !this.library.isLiked(track.id);
    this.library.like(track, holds);
    announce(holds ? gettext("Liked {title}", track) : gettext("No longer liked: {title}", track));
  }

  /** "Not for me": skipped now, not played on from the queue, and not suggested again. A second time takes it back. */
  ban(track) {
    if (!track) return;
    if (this.library.isBanned(track.id)) {
      this.#unban(track);
      return;
    }
    this.library.ban(track, true);
    this.player.queue.removeComing(track.id);
    if (this.player.track?.id === track.id) this.player.next();
    toast(gettext("“{title}” will not be suggested again", { title: short(track.title) }), { label: gettext("Undo"), act: () => this.#unban(track) });
  }

  #unban(track) {
    this.library.ban(track, false);
    toast(gettext("“{title}” may be suggested again", { title: short(track.title) }));
  }

  /** Play these when the present track is over, or where nothing plays, now. */
  playNext(tracks) {
    const { queue } = this.player;
    if (!queue.current) return this.player.playList(tracks, 0);
    queue.insertNext(tracks);
    return toast(gettext("{what} next", { what: counted(tracks) }));
  }

  /** Play these after what was chosen before. */
  addToQueue(tracks) {
    const { queue } = this.player;
    if (!queue.current) return this.player.playList(tracks, 0);
    queue.add(tracks);
    return toast(gettext("{what} added to the queue", { what: counted(tracks) }));
  }

  toggleQueue() {
    this.queuePanel.toggle();
  }

  toggleFull() {
    this.fullPlayer.turn();
  }
}

function counted(tracks) {
  return tracks.length === 1 ? `“${short(tracks[0].title)}”` : ngettext("{count} track", "{count} tracks", tracks.length);
}

function short(title) {
  return title.length > 60 ? `${title.slice(0, 57)}…` : title;
}
