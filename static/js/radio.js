/** Radio: begins a station from a button, and asks for more whenever few tracks are left to come. */

import { toast } from "./toast.js";

const ADDRESS = "/api/v1/radio/";
// Tracks to come, below which more are asked for: few, so that a skip soon changes what follows.
const LOW = 2;
const RETRY_MS = 5000;

export class Radio {
  #asking = false;

  constructor(player) {
    this.player = player;
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-radio]");
      if (button) this.#begin(button);
    });
    player.queue.addEventListener("change", () => this.#goOn());
    addEventListener("online", () => this.#goOn());
    this.#goOn();
  }

  async #begin(button) {
    button.disabled = true;
    try {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": document.getElementById("account").dataset.csrf };
      const body = JSON.stringify({ seed: button.dataset.radio });
      const answer = await read(await fetch(ADDRESS, { method: "POST", headers, body }));
      this.player.playList(tracksOf(answer), 0, stationOf(answer));
    } catch (error) {
      console.warn(button.dataset.radio, error);
      toast(error.said ?? "The radio could not be reached");
    } finally {
      button.disabled = false;
    }
  }

  async #goOn() {
    const { queue } = this.player;
    const { station } = queue;
    if (!station || this.#asking || queue.tracks.length - queue.index - 1 > LOW) return;
    this.#asking = true;
    let wait = 0;
    try {
      const answer = await read(await fetch(`${ADDRESS}${station.id}/?after=${station.after}`));
      // Something else may have been played meanwhile.
      if (queue.station?.id === station.id) queue.append(tracksOf(answer), stationOf(answer));
    } catch (error) {
      console.warn(station.title, error);
      if (error.said) queue.leaveStation();
      wait = RETRY_MS;
    } finally {
      this.#asking = false;
    }
    setTimeout(() => this.#goOn(), wait);
  }
}

/** Throws what the server said is wrong, in `said`; a fault of the connection or the server has none. */
async function read(response) {
  if (response.ok) return response.json();
  const error = new Error(`status ${response.status}`);
  if (response.status < 500) error.said = Object.values(await response.json()).flat().join(" ");
  throw error;
}

function stationOf({ station, title, after }) {
  return { id: station, title, after };
}

function tracksOf({ tracks, source }) {
  return tracks.map(({ track, reason }) => ({
    id: track.id,
    title: track.title,
    artist: track.artist,
    duration: track.duration_ms,
    url: track.url,
    artistUrl: track.artist_url,
    cover: track.cover,
    audio: track.audio,
    source,
    recommendation: null,
    reason,
  }));
}
