"""Quiet generated covers: the same seed always gives the same picture, and no two look quite alike."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

# Side of the picture in its own units.
SIDE = 300


@dataclass(frozen=True)
class Palette:
    """Colours as CSS writes them: the two ends of the background, and what is drawn on it."""

    start: str
    end: str
    ink: str


def draw(seed: str) -> str:
    """An SVG picture of SIDE × SIDE; `seed` decides its colours, pattern and proportions."""
    # Python's own hash differs from process to process.
    random = Random(hashlib.blake2b(seed.encode("utf-8", "replace"), digest_size=8).digest())
    palette = _palette(random)
    shapes = random.choice(PATTERNS)(random)
    angle = random.randrange(0, 360, 15)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f'<defs><linearGradient id="g" gradientTransform="rotate({angle} .5 .5)">'
        f'<stop stop-color="{palette.start}"/><stop offset="1" stop-color="{palette.end}"/></linearGradient></defs>'
        f'<rect width="{SIDE}" height="{SIDE}" fill="url(#g)"/>'
        f'<g fill="none" color="{palette.ink}" stroke="currentColor" stroke-linecap="round">{shapes}</g></svg>'
    )


def _palette(random: Random) -> Palette:
    hue = random.randrange(360)
    other = (hue + random.choice((28, 46, 64, -36, 160))) % 360
    return Palette(
        start=f"hsl({hue} {random.randint(30, 48)}% {random.randint(34, 44)}%)",
        end=f"hsl({other} {random.randint(34, 54)}% {random.randint(16, 25)}%)",
        ink=f"hsl({(hue + 20) % 360} {random.randint(55, 75)}% {random.randint(74, 84)}%)",
    )


def _rings(random: Random) -> str:
    x, y = random.choice((40, 150, 260)), random.choice((40, 150, 260))
    step = random.randint(16, 30)
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="{step * ring}" stroke-width="{1 + ring % 3 * 2}" '
        f'opacity="{0.75 - ring * 0.05:.2f}"/>'
        for ring in range(1, 13)
    )


def _bars(random: Random) -> str:
    """A stretch of waveform."""
    count = random.choice((11, 15, 21))
    step = 220 / (count - 1)
    phase, speed = random.uniform(0, math.tau), random.uniform(0.5, 1.1)
    lines = []
    for bar in range(count):
        swell = math.sin(math.pi * (bar + 0.5) / count)
        height = 12 + 85 * swell * abs(math.sin(phase + bar * speed))
        x = 40 + bar * step
        lines.append(f'<path d="M{x:.1f} {150 - height:.1f}V{150 + height:.1f}" stroke-width="{step * 0.45:.1f}"/>')
    return f'<g opacity=".8">{"".join(lines)}</g>'


def _waves(random: Random) -> str:
    height, gap = random.randint(14, 34), random.randint(20, 30)
    tilt = random.randrange(-30, 31, 10)
    lines = "".join(
        f'<path d="M-100 {y}q50 {-height} 100 0t100 0 100 0 100 0 100 0" opacity="{0.25 + line % 4 * 0.15:.2f}"/>'
        for line, y in enumerate(range(-40, 360, gap))
    )
    return f'<g stroke-width="4" transform="rotate({tilt} 150 150)">{lines}</g>'


def _dots(random: Random) -> str:
    """Dots that swell towards a focus, as in a printed photograph."""
    x0, y0, reach = random.randint(60, 240), random.randint(60, 240), random.randint(150, 230)
    dots = []
    for x in range(25, 300, 25):
        for y in range(25, 300, 25):
            radius = 10 * max(0.0, 1 - math.hypot(x - x0, y - y0) / reach)
            if radius > 1:
                dots.append(f'<circle cx="{x}" cy="{y}" r="{radius:.1f}"/>')
    return f'<g fill="currentColor" opacity=".85" stroke="none">{"".join(dots)}</g>'


def _discs(random: Random) -> str:
    """Two or three large discs that overlap."""
    return "".join(
        f'<circle cx="{random.randint(70, 230)}" cy="{random.randint(70, 230)}" r="{random.randint(45, 105)}" '
        f'stroke-width="{random.choice((2, 6, 26))}" opacity="{random.uniform(0.3, 0.75):.2f}"/>'
        for _ in range(random.choice((2, 3, 3)))
    )


def _hills(random: Random) -> str:
    """Ridges one behind another."""
    ridges = []
    for ridge in range(5):
        y = 110 + ridge * 40
        a, b, c = (random.randint(-45, 35) for _ in range(3))
        ridge_line = f"M-10 {y}C60 {y + a} 90 {y + b} 160 {y}S250 {y + c} 310 {y}"
        ridges.append(f'<path d="{ridge_line}" opacity="{0.35 + ridge * 0.12:.2f}"/>')
    sun = f'<circle cx="{random.randint(60, 240)}" cy="70" r="{random.randint(18, 34)}" opacity=".9"/>'
    return f'<g stroke-width="5">{sun}{"".join(ridges)}</g>'


PATTERNS: tuple[Callable[[Random], str], ...] = (_rings, _bars, _waves, _dots, _discs, _hills)
