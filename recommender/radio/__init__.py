"""Radio from a track, artist, album, genre or tag: it never ends, and repeats nothing before all has been played."""

from recommender.radio.seed import SeedError, UnknownSeed
from recommender.radio.station import MOST, NothingToPlay, begin, go_on, of_listener

__all__ = ["MOST", "NothingToPlay", "SeedError", "UnknownSeed", "begin", "go_on", "of_listener"]
