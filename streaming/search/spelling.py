"""Typing errors forgiven: words that are in no title are taken for the nearest ones that are.

Near is Damerau and Levenshtein's distance (optimal string alignment: a letter more, less or another, or two swapped):
one error in a word of three letters, two in one of six. A word may also be two that were written as one, or two be one.
"""

import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from streaming.search.query import Query

# Letters from which a word may have one error, and two.
ONE_ERROR, TWO_ERRORS = 3, 6
# Spellings that are tried for a word.
SPELLINGS = 5
# Seconds after which the words of the catalogue are read again. New titles are found at once by their right spelling.
KEPT = 600.0


@dataclass(frozen=True)
class Vocabulary:
    """The words of all titles and names, without case and accents, each with the number of titles it is in."""

    counts: Counter[str]
    words: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", list(self.counts))

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int]]) -> "Vocabulary":
        counts: Counter[str] = Counter()
        for word, count in rows:
            counts[word] += count
        return cls(counts)

    def __contains__(self, word: str) -> bool:
        return word in self.counts

    def nearest(self, word: str) -> list[str]:
        """The nearest words, nearest first, the more frequent first among equals."""
        return self._nearest(word, self.words, self.counts)

    def nearest_beginnings(self, word: str) -> list[str]:
        """The nearest beginnings of words, as long as `word`: for one that is still being typed."""
        beginnings: Counter[str] = Counter()
        for known, count in self.counts.items():
            if len(known) > len(word):
                beginnings[known[: len(word)]] += count
        return self._nearest(word, list(beginnings), beginnings)

    def split(self, word: str) -> list[str]:
        """The word as two, where both are known; the most frequent pair. Else nothing."""
        pairs = [(word[:n], word[n:]) for n in range(2, len(word) - 1) if word[:n] in self and word[n:] in self]
        return list(max(pairs, key=lambda pair: min(self.counts[part] for part in pair), default=()))

    @staticmethod
    def _nearest(word: str, words: list[str], counts: Counter[str]) -> list[str]:
        errors = (len(word) >= ONE_ERROR) + (len(word) >= TWO_ERRORS)
        if not errors:
            return []
        near = extract(word, words, scorer=OSA.distance, score_cutoff=errors, limit=None)
        # Few mistype the first letter.
        near.sort(key=lambda match: (match[1], match[0][0] != word[0], -counts[match[0]]))
        return [match for match, _, _ in near[:SPELLINGS]]


def corrections(words: list[str], known: Vocabulary) -> Iterator[Query]:
    """What may have been meant, the likeliest first."""
    words = [part for word in words for part in _plain(word)]
    if not words:
        return
    if joined := _joined(words, known):
        yield Query.of(joined)
    for every_word in (False, True):
        spellings, unfinished = [], []
        for place, word in enumerate(words):
            found, is_beginning = _spellings(word, known, is_last=place == len(words) - 1, even_known=every_word)
            spellings.append(tuple(found))
            unfinished.append(is_beginning)
        if all(spellings):
            yield Query(tuple(spellings), tuple(unfinished))
    if any(apart := [known.split(word) if word not in known else [] for word in words]):
        yield Query.of([part for word, parts in zip(words, apart, strict=True) for part in parts or [word]])


def _spellings(word: str, known: Vocabulary, *, is_last: bool, even_known: bool) -> tuple[list[str], bool]:
    if word in known and not even_known:
        return [word], is_last
    if near := known.nearest(word):
        return near, is_last
    return (known.nearest_beginnings(word), True) if is_last else ([], False)


def _joined(words: list[str], known: Vocabulary) -> list[str]:
    """The words with the first two neighbours that are a known word together written as one; else nothing."""
    for place in range(len(words) - 1):
        if (together := words[place] + words[place + 1]) in known:
            return [*words[:place], together, *words[place + 2 :]]
    return []


def _plain(word: str) -> list[str]:
    """The word as the index has it: without case, accents and punctuation."""
    letters = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in letters.lower()).split()


class _Kept:
    """One vocabulary a process, read again after a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._vocabulary: Vocabulary | None = None
        self._read_at = 0.0

    def get(self, index) -> Vocabulary:
        with self._lock:
            if self._vocabulary is None or time.monotonic() - self._read_at > KEPT:
                self._vocabulary = Vocabulary.of(index.vocabulary())
                self._read_at = time.monotonic()
            return self._vocabulary

    def forget(self) -> None:
        with self._lock:
            self._vocabulary = None


_kept = _Kept()
vocabulary = _kept.get
forget = _kept.forget
