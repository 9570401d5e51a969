/** The audio graph: a level and a fade for each element. Without Web Audio the elements sound by themselves. */

// Seconds in which a new level is reached: quick, but no click.
const SETTLE_S = 0.03;
const CURVE_POINTS = 64;

export class Mixer {
  #context = null;
  #channels = new Map();

  /** Call it from a press: browsers let nothing sound before one. */
  wake(elements) {
    if (!window.AudioContext) return;
    if (!this.#context) {
      this.#context = new AudioContext();
      for (const audio of elements) this.#connect(audio);
    }
    if (this.#context.state !== "running") this.#context.resume();
  }

  get isAwake() {
    return this.#context?.state === "running";
  }

  /** How much louder or quieter this element is to sound, as a factor. */
  level(audio, gain) {
    audio.dataset.level = gain.toFixed(3);
    const channel = this.#channels.get(audio);
    if (channel) channel.level.gain.setTargetAtTime(gain, this.#context.currentTime, SETTLE_S);
  }

  /** From silence, or to it, in so many seconds; two of them together keep their power. */
  fade(audio, isIn, seconds) {
    const channel = this.#channels.get(audio);
    if (!channel) return;
    const quarter = (step) => (step / (CURVE_POINTS - 1)) * (Math.PI / 2);
    const curve = Float32Array.from({ length: CURVE_POINTS }, (_, step) => (isIn ? Math.sin(quarter(step)) : Math.cos(quarter(step))));
    channel.fade.gain.cancelScheduledValues(0);
    channel.fade.gain.setValueCurveAtTime(curve, this.#context.currentTime, seconds);
  }

  /** Whatever fade is under way is over. */
  open(audio) {
    const gain = this.#channels.get(audio)?.fade.gain;
    if (!gain) return;
    gain.cancelScheduledValues(0);
    gain.setValueAtTime(1, this.#context.currentTime);
  }

  #connect(audio) {
    const level = this.#context.createGain();
    const fade = this.#context.createGain();
    level.gain.value = Number(audio.dataset.level ?? 1);
    this.#context.createMediaElementSource(audio).connect(level).connect(fade).connect(this.#context.destination);
    this.#channels.set(audio, { level, fade });
  }
}
