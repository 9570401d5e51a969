"""What every algorithm has in common: trained into a model run, published whole, loaded by whoever recommends."""

import logging
from abc import ABC, abstractmethod
from typing import ClassVar, Self

from recommender import artefacts
from recommender.models import ModelRun

logger = logging.getLogger(__name__)


class NothingToTrainOn(Exception):
    """There is too little for a model; the one in use, if any, stays in use."""


class Algorithm(ABC):
    """A trained model as loaded from its run's files. Immutable, and so safe to use from any thread.

    What is learned from features or from the catalogue has a class method `train` besides: it trains within
    `artefacts.training`, returns the published ModelRun, and raises NothingToTrainOn before there is a run. What is
    learned from listeners is judged before it is published, by `recommender/pipeline`.
    """

    name: ClassVar[ModelRun.Algorithm]
    # What `load` raises for files that nobody can be served from.
    unusable: ClassVar[tuple[type[Exception], ...]] = (FileNotFoundError, FloatingPointError)
    _loaded: ClassVar[Self | None] = None
    # The run whose files did not serve, so that it is logged once.
    _refused: ClassVar[artefacts.Published | None] = None

    def __init_subclass__(cls) -> None:
        """Each algorithm has a model in use of its own, whatever it inherits."""
        super().__init_subclass__()
        cls._loaded = cls._refused = None

    def __init__(self, published: artefacts.Published) -> None:
        self.run_id = published.run_id
        self.published = published

    @classmethod
    @abstractmethod
    def load(cls, published: artefacts.Published) -> Self: ...

    @classmethod
    def current(cls) -> Self | None:
        """The model in use, loaded once a run; None before the first was published. One query.

        None also where the model's files are gone or cannot serve, which is logged: the others go on without it.
        """
        published = artefacts.current(cls.name)
        if published is None:
            return None
        loaded = cls._loaded
        if loaded is None or loaded.published != published:
            try:
                loaded = cls._loaded = cls.load(published)
            except cls.unusable as error:
                if cls._refused != published:
                    cls._refused = published
                    logger.error("%s is out of use: %s", cls.name, error)
                return None
        return loaded
