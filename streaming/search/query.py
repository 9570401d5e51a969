"""What is looked for, said once for every database that looks."""

import unicodedata
from dataclasses import dataclass

# The rest of a longer query is left out: no title is as long, and each word costs.
LONGEST_QUERY = 200
MOST_WORDS = 16


@dataclass(frozen=True)
class Query:
    """Words that must all be there; each may be any of its spellings.

    `unfinished` says which words may be beginnings: the last one of what is being typed, or all of them.
    """

    spellings: tuple[tuple[str, ...], ...]
    unfinished: tuple[bool, ...]

    @classmethod
    def of(cls, words: list[str], *, all_unfinished: bool = False) -> "Query":
        last = len(words) - 1
        return cls(tuple((word,) for word in words), tuple(all_unfinished or n == last for n in range(len(words))))

    @property
    def phrase(self) -> str:
        """The words as one text, each in its first spelling."""
        return " ".join(spellings[0] for spellings in self.spellings)


def words_of(text: str) -> list[str]:
    """The words of a text that have something to look for: a letter or a digit."""
    # Databases take no half of a surrogate pair, and end a text at NUL. Quotes mean something to FTS5.
    text = text[:LONGEST_QUERY].encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ")
    return [word for word in text.split() if any(unicodedata.category(char)[0] in "LN" for char in word)][:MOST_WORDS]
