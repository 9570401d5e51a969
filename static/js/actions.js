/** What is done to a track, wherever on the page it is asked for. */

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
    announce(holds ? `Liked ${track.title}` : `No longer liked: ${track.title}`);
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
    toast(`“${short(track.title)}” will not be suggested again`, { label: "Undo", act: () => this.#unban(track) });
  }

  #unban(track) {
    this.library.ban(track, false);
    toast(`“${short(track.title)}” may be suggested again`);
  }

  /** Play these when the present track is over, or where nothing plays, now. */
  playNext(tracks) {
    const { queue } = this.player;
    if (!queue.current) return this.player.playList(tracks, 0);
    queue.insertNext(tracks);
    return toast(`${counted(tracks)} next`);
  }

  /** Play these after what was chosen before. */
  addToQueue(tracks) {
    const { queue } = this.player;
    if (!queue.current) return this.player.playList(tracks, 0);
    queue.add(tracks);
    return toast(`${counted(tracks)} added to the queue`);
  }

  toggleQueue() {
    this.queuePanel.toggle();
  }

  toggleFull() {
    this.fullPlayer.turn();
  }
}

function counted(tracks) {
  return tracks.length === 1 ? `“${short(tracks[0].title)}”` : `${tracks.length.toLocaleString()} tracks`;
}

function short(title) {
  return title.length > 60 ? `${title.slice(0, 57)}…` : title;
}
