/** Likes and bans: what the server knows of the tracks in sight, and what was said since. */

import { asked } from "./server.js";

const ASKED_AT_ONCE = 200;

export class Library extends EventTarget {
  #liked = new Set();
  #banned = new Set();
  #known = new Set();

  constructor(outbox) {
    super();
    this.outbox = outbox;
  }

  isLiked(id) {
    return this.#liked.has(id);
  }

  isBanned(id) {
    return this.#banned.has(id);
  }

  like(track, holds) {
    this.#say(this.#liked, track, holds, holds ? "liked" : "unliked");
  }

  ban(track, holds) {
    this.#say(this.#banned, track, holds, holds ? "banned" : "unbanned");
  }

  /** Ask the server about tracks that were not asked about yet. */
  async learn(ids) {
    const fresh = [...new Set(ids)].filter((id) => !this.#known.has(id)).slice(0, ASKED_AT_ONCE);
    if (!fresh.length) return;
    fresh.forEach((id) => this.#known.add(id));
    try {
      const response = await asked(`/verdicts/?${fresh.map((id) => `track=${id}`).join("&")}`);
      const { liked, banned } = await response.json();
      liked.forEach((id) => this.#liked.add(id));
      banned.forEach((id) => this.#banned.add(id));
      this.dispatchEvent(new Event("change"));
    } catch (error) {
      console.warn("Likes could not be read:", error);
      fresh.forEach((id) => this.#known.delete(id)); // asked again with the next page
    }
  }

  /** Somebody else signed in. */
  forget() {
    [this.#liked, this.#banned, this.#known].forEach((set) => set.clear());
    this.dispatchEvent(new Event("change"));
  }

  #say(set, track, holds, kind) {
    if (holds) set.add(track.id);
    else set.delete(track.id);
    this.#known.add(track.id);
    this.outbox.add(kind, {
      track_id: track.id,
      source: track.source ?? "",
      recommendation_id: track.recommendation ?? null,
    });
    this.dispatchEvent(new Event("change"));
    this.dispatchEvent(new CustomEvent("said", { detail: { track, kind } }));
  }
}
