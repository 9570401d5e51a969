/** What becomes of a track that does not play: it is passed over with a word, or waited for where the server is away. */

// So many broken tracks in a row are passed over, and no more.
const MOST_FAILURES = 20;
// While the server is away, it is asked this often whether it is back.
const RETRY_MS = 3000;

export class Rescue {
  #failures = 0;

  /** The player tells `failed`; this tells `broken` in its name, with detail {track, stopped, isAway}. */
  constructor(player) {
    this.player = player;
    player.addEventListener("failed", () => this.#heed());
    player.addEventListener("sound", () => (this.#failures = 0));
  }

  async #heed() {
    const { player } = this;
    const { track, position, audio } = player;
    if (!track || !audio.hasAttribute("src")) return;
    const isAway = !(await isReachable(audio.src));
    if (track !== player.track) return;
    if (isAway && !navigator.onLine && this.#goOnKept(track)) return;
    const stopped = isAway || ++this.#failures >= MOST_FAILURES || !player.queue.hasNext;
    player.dispatchEvent(new CustomEvent("broken", { detail: { track, stopped, isAway } }));
    player.show();
    if (isAway) await this.#wait(track, position, audio);
    else if (!stopped) player.jump(player.queue.following);
    else {
      this.#failures = 0;
      player.pause();
    }
  }

  /** Without a connection, to the next track that is kept in this browser; whether there is one. */
  #goOnKept(track) {
    const { player } = this;
    const { queue, settings } = player;
    const place = queue.tracks.findIndex((each, place) => place > queue.index && settings.isKept(each));
    if (place < 0) return false;
    player.dispatchEvent(new CustomEvent("broken", { detail: { track, isOffline: true } }));
    player.jump(place);
    return true;
  }

  /** Go on where it broke off once the server is back, unless something else is wanted by then. */
  async #wait(track, position, { src }) {
    const { player } = this;
    while (track === player.track && !(await isReachable(src))) await new Promise((done) => setTimeout(done, RETRY_MS));
    if (track === player.track && player.audio.error) player.resumeHere(position, player.isWanted);
  }
}

/** Whether the server answers at all: what it says of this track is another matter. */
async function isReachable(address) {
  try {
    return (await fetch(address, { method: "HEAD" })).status < 500;
  } catch {
    return false;
  }
}
