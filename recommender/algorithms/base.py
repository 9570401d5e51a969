"""What every algorithm has in common: trained into a model run, published whole, loaded by whoever recommends."""

from abc import ABC, abstractmethod
from typing import ClassVar, Self

from recommender import artefacts
from recommender.models import ModelRun


class NothingToTrainOn(Exception):
    """There is too little for a model; the one in use, if any, stays in use."""


class Algorithm(ABC):
    """A trained model as loaded from its run's files. Immutable, and so safe to use from any thread.

    Besides `load`, each has a class method `train`, whose arguments are its own: it trains within
    `artefacts.training`, returns the published ModelRun, and raises NothingToTrainOn before there is a run.
    """

    name: ClassVar[ModelRun.Algorithm]
    _loaded: ClassVar[Self | None] = None

    def __init__(self, published: artefacts.Published) -> None:
        self.run_id = published.run_id
        self.published = published

    @classmethod
    @abstractmethod
    def load(cls, published: artefacts.Published) -> Self: ...

    @classmethod
    def current(cls) -> Self | None:
        """The model in use, loaded once a run; None before the first was published. One query."""
        published = artefacts.current(cls.name)
        if published is None:
            return None
        loaded = cls._loaded
        if loaded is None or loaded.published != published:
            loaded = cls._loaded = cls.load(published)
        return loaded
