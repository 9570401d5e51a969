"""Invented words in the sizes of FMA's texts: titles, biographies in HTML over several lines, tags."""

import numpy as np

SYLLABLES = [
    *("ka", "lo", "mi", "ren", "da", "sto", "vel", "ira", "nu", "tho", "gra", "pe", "shi", "bo", "lan"),
    *("é", "cru", "we", "dü", "so", "fa", "tin", "or", "ba", "jo", "ley", "mar", "zi"),
]
VOCABULARY = 20_000
POOL = 400_000


class Prose:
    """Draws texts from a fixed seed; words are as unequally frequent as in a language (Zipf and Mandelbrot)."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        words = ["".join(rng.choice(SYLLABLES, size=length)) for length in rng.integers(2, 5, size=VOCABULARY)]
        shares = 1 / (np.arange(VOCABULARY) + 2.7)
        self.pool = [words[rank] for rank in rng.choice(VOCABULARY, size=POOL, p=shares / shares.sum())]

    def words(self, count: int) -> list[str]:
        start = int(self.rng.integers(0, POOL - count))
        return self.pool[start : start + count]

    def title(self, longest: int) -> str:
        return " ".join(self.words(int(self.rng.integers(1, longest + 1)))).title()

    def tags(self) -> list[str]:
        return sorted(set(self.words(int(self.rng.integers(1, 9)))))

    def html(self, mean_words: int) -> str:
        """Paragraphs with what a CSV has to quote: commas, quotation marks, line ends."""
        paragraphs = []
        left = 10 + int(self.rng.exponential(mean_words - 10))
        while left > 0:
            sentence = self.words(min(left, 80))
            left -= 80
            half = len(sentence) // 2
            text = f'{" ".join(sentence[:half])}, "{" ".join(sentence[half:])}".'
            paragraphs.append(f"<p>{text.capitalize()}</p>")
        return "\n\n".join(paragraphs)
