/**
 * The listener's tabs and devices in step: one plays, the others show it, steer it, and can go on with it themselves.
 * Without a socket each is on its own, and plays all the same.
 */

import { gettext } from "./texts.js";
import { uuid7 } from "./uuid7.js";

const BACKOFF_MS = { first: 500, most: 30_000 };
const BEAT_MS = 20_000;
const STATE_EVERY_MS = 5000;

export class Devices extends EventTarget {
  // Of this tab, for as long as its page lives.
  id = uuid7();
  name = nameOf(navigator.userAgent);
  // The other device that plays, or did last.
  other = null;
  #socket = null;
  #failures = 0;
  #timer = null;
  #toldAt = 0;
  #wasPlaying = false;

  /** `sync` is set once there is one: the two know of each other. */
  constructor(player) {
    super();
    this.player = player;
    player.addEventListener("state", () => this.#tellChange());
    for (const name of ["track", "sought"]) player.addEventListener(name, () => this.#tell());
    player.addEventListener("time", () => performance.now() - this.#toldAt > STATE_EVERY_MS && this.#tell());
    setInterval(() => this.#send({ type: "beat", playing: player.isPlayingHere }), BEAT_MS);
    setInterval(() => this.other?.isPlaying && player.dispatchEvent(new CustomEvent("time")), 500);
    addEventListener("online", () => this.#connect());
    this.#connect();
  }

  /** Somebody else signed in. */
  restart() {
    this.#forget();
    this.#socket?.close();
    this.#connect();
  }

  /** Go on here with what the other device plays. */
  playHere() {
    const { position } = this.other;
    this.other = null;
    this.player.resumeHere(position, true);
    this.dispatchEvent(new Event("change"));
  }

  /** The queue was changed here while another device plays it. */
  queueWritten() {
    if (this.other) this.#command("queue");
    else this.#tell();
  }

  #connect() {
    clearTimeout(this.#timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    let socket;
    try {
      socket = new WebSocket(`${scheme}://${location.host}/ws/player/`);
    } catch {
      return; // sockets are forbidden here
    }
    const former = this.#socket;
    this.#socket = socket;
    if (former && former.readyState < WebSocket.CLOSING) former.close();
    socket.addEventListener("open", () => this.#opened());
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(data)));
    socket.addEventListener("close", () => socket === this.#socket && this.#retry());
  }

  #opened() {
    this.#failures = 0;
    this.#send({ type: "hello" });
    this.#send({ type: "beat", playing: this.player.isPlayingHere });
    if (this.player.isPlayingHere) this.#tell();
  }

  #retry() {
    // Nobody knows what the other device does meanwhile.
    this.#forget();
    const wait = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.#connect(), wait * (0.5 + Math.random()));
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ device: this.id, ...message }));
  }

  #command(name, value = null) {
    this.#send({ type: "command", to: this.other?.device ?? "", name, value });
  }

  #tellChange() {
    const { isPlayingHere } = this.player;
    const took = isPlayingHere && !this.#wasPlaying;
    const isNews = isPlayingHere !== this.#wasPlaying;
    this.#wasPlaying = isPlayingHere;
    if (took) this.#forget();
    if (isNews) this.#tell(took);
  }

  /** `took`: this device began to play just now, and whoever else plays stops. */
  #tell(took = false) {
    const { player } = this;
    if (player.remote || !player.track) return;
    this.#toldAt = performance.now();
    this.#send({
      type: "state",
      took,
      name: this.name,
      playing: player.isPlayingHere,
      version: this.sync?.version ?? 0,
      index: player.queue.index,
      track: player.track.id,
      position: player.position,
      duration: player.duration,
    });
  }

  #receive(message) {
    const answers = {
      state: () => this.#hearState(message),
      hello: () => this.#wasPlaying && this.#tell(),
      command: () => message.to === this.id && this.#obey(message),
      gone: () => message.device === this.other?.device && this.#forget(),
      listening: () => this.dispatchEvent(new CustomEvent("listening", { detail: message.count })),
    };
    answers[message.type]?.();
  }

  async #hearState(message) {
    const { player, sync } = this;
    if (player.isPlayingHere && !message.took) return;
    if (!message.playing && message.device !== this.other?.device) return;
    this.other = new Other(message, (name, value) => this.#command(name, value));
    this.#wasPlaying = false;
    player.follow(this.other);
    this.dispatchEvent(new Event("change"));
    if (sync && message.version !== sync.version) await sync.pull();
    const { queue } = player;
    if (player.remote && queue.tracks[message.index]?.id === message.track && queue.index !== message.index) queue.jump(message.index);
    if (player.remote) player.show();
  }

  async #obey({ name, value }) {
    const { player } = this;
    const acts = {
      play: () => player.play(),
      pause: () => player.pause(),
      next: () => player.next(),
      previous: () => player.previous(),
      seek: () => player.seek(Number(value)),
      jump: () => player.queue.tracks[value] && player.jump(value),
      queue: () => this.sync?.pull(),
    };
    await acts[name]?.();
    this.#tell();
  }

  #forget() {
    if (!this.other) return;
    const { position } = this.other;
    this.other = null;
    if (this.player.remote) this.player.resumeHere(position, false);
    this.dispatchEvent(new Event("change"));
  }
}

/** Another device as a player: to look at, and to steer. */
class Other {
  constructor({ device, name, playing, position, duration }, command) {
    Object.assign(this, { device, name, duration, command, isPlaying: playing });
    this.heardOf = { position, at: performance.now() };
  }

  /** Seconds: it went on since it was heard of. */
  get position() {
    const { position, at } = this.heardOf;
    const passed = this.isPlaying ? (performance.now() - at) / 1000 : 0;
    return Math.min(this.duration || Infinity, position + passed);
  }
}

/** "Firefox on Android": enough to know one's own devices apart. */
function nameOf(agent) {
  const browser = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
  const system = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["Linux", "Linux"]];
  const found = (names) => names.find(([mark]) => agent.includes(mark))?.[1];
  return gettext("{browser} on {system}", { browser: found(browser) ?? gettext("A browser"), system: found(system) ?? gettext("another device") });
}
