"""The eight styles, one a file: what a form offers, and how it is performed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from streaming.imports.demo.song import Form, Song
from streaming.imports.demo.styles import ambient, chiptune, classical, folk, hip_hop, house, jazz, rock


@dataclass(frozen=True)
class Style:
    forms: Sequence[Form]  # a seed chooses one
    perform: Callable[[Song], np.ndarray]  # the mix, shape (2, samples), of any loudness
    fade_in: float  # seconds
    fade_out: float


def _style(module: ModuleType, *forms: Form) -> Style:
    return Style(forms, module.perform, module.FADE_IN, module.FADE_OUT)


STYLES = {
    "Ambient": _style(ambient, ambient.FORM),
    "Chiptune": _style(chiptune, chiptune.FORM),
    "Classical": _style(classical, classical.FORM, classical.COMMON_TIME),
    "Folk": _style(folk, folk.FORM, folk.COMMON_TIME),
    "Hip-Hop": _style(hip_hop, hip_hop.FORM),
    "House": _style(house, house.FORM),
    "Jazz": _style(jazz, jazz.FORM),
    "Rock": _style(rock, rock.FORM),
}
