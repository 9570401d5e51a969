"""What each model in use has to say of one listener, all in the same form."""

from recommender.online.sources.base import Kind, Source
from recommender.online.sources.in_use import Models, in_use

__all__ = ["Kind", "Models", "Source", "in_use"]
