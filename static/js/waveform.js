/** The outline of the track behind the seek bar: what was heard in one colour, the rest in another. */

// Of a bar and the space after it, in CSS pixels.
const BAR_PX = 3;
// No piece is lower than this share of the height, so that silence can be seen too.
const LOWEST = 0.08;

export class Waveform {
  #heights = null;
  #share = 0;

  constructor(canvas) {
    this.canvas = canvas;
    for (const name of ["pointerenter", "pointerleave"]) canvas.parentElement.addEventListener(name, () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.#draw());
    new MutationObserver(() => this.#draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** `heights`: from 0 to 1, or null where the track has none. */
  show(heights) {
    this.#heights = heights;
    this.canvas.parentElement.classList.toggle("has-waveform", heights !== null);
    this.#draw();
  }

  /** From 0 to 1. */
  moveTo(share) {
    const bars = this.#bars;
    const isSame = Math.round(share * bars) === Math.round(this.#share * bars);
    this.#share = share;
    if (!isSame) this.#draw();
  }

  get #bars() {
    return Math.max(1, Math.floor(this.canvas.clientWidth / BAR_PX));
  }

  #draw() {
    const { canvas } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!this.#heights || !width) return;
    const scale = devicePixelRatio;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const { color, outlineColor } = getComputedStyle(canvas);
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    const bars = this.#bars;
    for (let bar = 0; bar < bars; bar++) {
      const tall = Math.max(LOWEST, this.#highest(bar / bars, (bar + 1) / bars)) * height;
      pen.fillStyle = bar < Math.round(this.#share * bars) ? color : outlineColor;
      pen.fillRect(bar * BAR_PX, (height - tall) / 2, BAR_PX - 1, tall);
    }
  }

  #highest(from, to) {
    const { length } = this.#heights;
    return Math.max(...this.#heights.slice(Math.floor(from * length), Math.max(Math.floor(from * length) + 1, Math.ceil(to * length))));
  }
}
