/** What the server measured of tracks: how loud they are, and their waveforms. */

// What ReplayGain 2.0 levels to, in LUFS.
const TARGET_LUFS = -18;
// Decibels that a quiet recording is lifted by at most: noise is lifted too.
const MOST_DB = 9;
const KEPT = 200;

export class Sounds {
  #known = new Map();

  /** {loudness, album_loudness, peak, waveform}, with nulls for what is not known; asked once a track. */
  async of(track) {
    if (!this.#known.has(track.id)) {
      if (this.#known.size >= KEPT) this.#known.delete(this.#known.keys().next().value);
      this.#known.set(track.id, this.#ask(track.id));
    }
    return this.#known.get(track.id);
  }

  /** The factor by which a track is to sound louder; `levelling` is "track", "album" or "off". */
  async gain(track, levelling) {
    if (levelling === "off") return 1;
    const { loudness, album_loudness, peak } = await this.of(track);
    const level = levelling === "album" ? (album_loudness ?? loudness) : loudness;
    if (level === null) return 1;
    const wanted = 10 ** (Math.min(MOST_DB, TARGET_LUFS - level) / 20);
    // What is louder than full scale would be cut off.
    return peak ? Math.min(wanted, 1 / peak) : wanted;
  }

  /** The track's outline as 256 heights from 0 to 1, or null. */
  async waveform(track) {
    const { waveform } = await this.of(track);
    if (!waveform) return null;
    try {
      const response = await fetch(waveform);
      if (!response.ok) return null;
      return Array.from(new Uint8Array(await response.arrayBuffer()), (height) => height / 255);
    } catch {
      return null; // no connection: the plain bar does as well
    }
  }

  async #ask(id) {
    const nothing = { loudness: null, album_loudness: null, peak: null, waveform: null };
    try {
      const response = await fetch(`/api/v1/tracks/${id}/sound/`);
      const answer = response.ok ? await response.json() : nothing;
      // Not measured yet: asked again the next time.
      if (!answer.waveform) this.#known.delete(id);
      return answer;
    } catch {
      this.#known.delete(id);
      return nothing;
    }
  }
}
