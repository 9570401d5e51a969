"""What a page sends to the loudspeakers, sample by sample, on the clock of the audio itself."""

import base64
from dataclasses import dataclass

import numpy as np
from playwright.sync_api import Page

# Beside every destination that something is connected to stands a recorder, which hears the same.
SCRIPT = """
(() => {
  const recorder = `registerProcessor("recorder", class extends AudioWorkletProcessor {
    constructor() { super(); this.blocks = []; this.port.onmessage = () => this.port.postMessage(this.blocks); }
    process([[channel]]) {
      this.blocks.push(channel ? Float32Array.from(channel) : new Float32Array(128));
      return true;
    }
  })`;
  const nodes = new Map();
  const connect = AudioNode.prototype.connect;
  async function listen(context) {
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([recorder], { type: "text/javascript" })));
    const node = new AudioWorkletNode(context, "recorder");
    connect.call(node, context.destination);
    window.recorded = () => new Promise((done) => {
      node.port.onmessage = async ({ data }) => {
        const blob = new Blob(data);
        const reader = new FileReader();
        reader.onload = () => done({ rate: context.sampleRate, samples: reader.result.split(",")[1] });
        reader.readAsDataURL(blob);
      };
      node.port.postMessage(0);
    });
    return node;
  }
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      if (!nodes.has(this.context)) nodes.set(this.context, listen(this.context));
      nodes.get(this.context).then((node) => connect.call(this, node));
    }
    return connect.call(this, target, ...rest);
  };
})();
"""
# Of full scale; the tones of the tests' catalogue are a hundred times louder.
SILENCE = 0.002


@dataclass(frozen=True)
class Recording:
    """`samples`: float, shape (frames,), from the first sound to the last."""

    rate: float
    samples: np.ndarray

    def longest_silence_ms(self) -> float:
        sounding = np.flatnonzero(np.abs(self.samples) > SILENCE)
        return 1000 * (np.diff(sounding).max() - 1) / self.rate

    def power(self, window_s: float = 0.1) -> np.ndarray:
        """The root mean square of each window."""
        length = int(window_s * self.rate)
        windows = self.samples[: len(self.samples) // length * length].reshape(-1, length)
        return np.sqrt((windows**2).mean(axis=1))


def record(page: Page) -> None:
    """From the next page on."""
    page.add_init_script(SCRIPT)


def recording(page: Page) -> Recording:
    """What was heard until now."""
    found = page.evaluate("window.recorded()")
    samples = np.frombuffer(base64.b64decode(found["samples"]), dtype=np.float32)
    sounding = np.flatnonzero(np.abs(samples) > SILENCE)
    return Recording(found["rate"], samples[sounding[0] : sounding[-1] + 1])
