/**
 * Radio: begins a station from a button, and asks for more whenever few tracks are left to come. Where a queue ends, a
 * station begins by itself from its last track; what it adds is marked.
 */

import { jsonHeaders, trackFromJson } from "./server.js";
import { gettext } from "./texts.js";
import { toast } from "./toast.js";

const ADDRESS = "/api/v1/radio/";
// Tracks to come, below which more are asked for: few, so that a skip soon changes what follows.
const LOW = 2;
const RETRY_MS = 5000;

export class Radio {
  #asking = false;
  // The track from which no radio could be begun.
  #refused = null;

  constructor(player) {
    this.player = player;
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-radio]");
      if (button) this.#begin(button);
    });
    player.queue.addEventListener("change", () => this.#goOn());
    player.addEventListener("state", () => this.#goOn());
    player.settings.addEventListener("change", () => this.#goOn());
    addEventListener("online", () => this.#goOn());
    this.#goOn();
  }

  async #begin(button) {
    button.disabled = true;
    try {
      const answer = await begin(button.dataset.radio);
      this.player.playList(tracksOf(answer), 0, stationOf(answer));
    } catch (error) {
      console.warn(button.dataset.radio, error);
      toast(error.said ?? gettext("The radio could not be reached"));
    } finally {
      button.disabled = false;
    }
  }

  async #goOn() {
    const { queue } = this.player;
    if (this.#asking || queue.coming.length > LOW || !(queue.station || this.#endsHere)) return;
    this.#asking = true;
    const { station, current } = queue;
    let wait = 0;
    try {
      if (station) {
        const answer = await read(await fetch(`${ADDRESS}${station.id}/?after=${station.after}`));
        // Something else may have been played meanwhile.
        if (queue.station?.id === station.id) queue.append(tracksOf(answer, isAdded(current)), stationOf(answer));
      } else {
        const answer = await begin(`track:${current.id}`);
        if (queue.current === current && this.#endsHere) queue.append(tracksOf(answer, true), stationOf(answer));
      }
    } catch (error) {
      console.warn(station?.title ?? current.title, error);
      if (error.said && station) queue.leaveStation();
      else if (error.said) this.#refused = current;
      wait = RETRY_MS;
    } finally {
      this.#asking = false;
    }
    setTimeout(() => this.#goOn(), wait);
  }

  /** Whether the last track that was chosen plays, and the listener wants more. */
  get #endsHere() {
    const { queue, settings, isPlayingHere } = this.player;
    return isPlayingHere && settings.get("endless") && queue.repeat === "off" && !queue.hasNext && queue.current !== this.#refused;
  }
}

function isAdded(track) {
  return Boolean(track?.added);
}

async function begin(seed) {
  return read(await fetch(ADDRESS, { method: "POST", headers: jsonHeaders(), body: JSON.stringify({ seed }) }));
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

function tracksOf({ tracks, source }, added = false) {
  return tracks.map(({ track, reason }) => ({ ...trackFromJson(track), source, recommendation: null, reason, added }));
}
