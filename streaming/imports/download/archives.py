"""FMA's archives as published (github.com/mdeff/fma, README): where they are, how large, and their SHA-1 sums."""

from dataclasses import dataclass

BASE_URL = "https://os.unil.cloud.switch.ch/fma/"

MIB = 2**20
GIB = 2**30

# The published sizes have two or three digits: 22 GiB may be 2.3% more or less.
ROUNDING = 0.03
# How far the unpacked files may exceed what is published before they are taken for a zip bomb.
UNPACKED_MARGIN = 2


@dataclass(frozen=True)
class Archive:
    """A zip file with one folder in it, and what is known of both before a byte is downloaded.

    `name`: of the folder, and of the file without its suffix. `size`, `unpacked`: bytes of the file and of all that is
    in it, rounded. `most_files`, `largest`: how many files it holds at most, and how many bytes each.
    """

    name: str
    size: int
    sha1: str
    unpacked: int
    most_files: int
    largest: int

    @property
    def file_name(self) -> str:
        return f"{self.name}.zip"

    @property
    def smallest_size(self) -> int:
        return int(self.size * (1 - ROUNDING))

    @property
    def largest_size(self) -> int:
        return int(self.size * (1 + ROUNDING))

    @property
    def most_unpacked(self) -> int:
        return UNPACKED_MARGIN * self.unpacked


# The paper (Defferrard et al., "FMA: A Dataset For Music Analysis", ISMIR 2017) gives 917 GiB for the whole recordings
# and 98 GiB for all clips, of which the small and the medium archive hold their share. A clip of 30 s has 1.2 MB at the
# highest bit rate of MP3, the longest recording, of 5 hours, 730 MB; the largest table, features.csv, has 0.9 GiB.
METADATA = Archive(
    name="fma_metadata",
    size=342 * MIB,
    sha1="f0df49ffe5f2a6008d7dc83c6915b31835dfe733",
    unpacked=1_700 * MIB,
    most_files=100,
    largest=2 * GIB,
)
SUBSETS = {
    "small": Archive(
        name="fma_small",
        size=int(7.2 * GIB),
        sha1="ade154f733639d52e35e32f5593efe5be76c6d70",
        unpacked=int(7.5 * GIB),
        most_files=9_000,
        largest=16 * MIB,
    ),
    "medium": Archive(
        name="fma_medium",
        size=22 * GIB,
        sha1="c67b69ea232021025fca9231fc1c7c1a063ab50b",
        unpacked=23 * GIB,
        most_files=26_000,
        largest=16 * MIB,
    ),
    "large": Archive(
        name="fma_large",
        size=93 * GIB,
        sha1="497109f4dd721066b5ce5e5f250ec604dc78939e",
        unpacked=98 * GIB,
        most_files=108_000,
        largest=16 * MIB,
    ),
    "full": Archive(
        name="fma_full",
        size=879 * GIB,
        sha1="0f0ace23fbe9ba30ecb7e95f763e435ea802b8ab",
        unpacked=917 * GIB,
        most_files=108_000,
        largest=2 * GIB,
    ),
}
