"""The models in use, and the source that each becomes for a listener."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from recommender.algorithms.als import Als, als
from recommender.algorithms.autoencoder import Latent, autoencoder
from recommender.algorithms.base import Algorithm
from recommender.algorithms.blend_weights import blend_weights
from recommender.algorithms.collaborative import EaseModel, SequenceModel, ease, sequence
from recommender.algorithms.content import Character, Content, aware, character, content
from recommender.algorithms.popularity import Popularity, popularity
from recommender.models import ModelRun
from recommender.online.catalogue import Catalogue
from recommender.online.sources.base import Source
from recommender.online.sources.likeness import CharacterLikeness, Likeness
from recommender.online.sources.listeners import Factors, Together
from recommender.online.sources.popular import Popular
from recommender.online.taste import Taste

# Where two say as much of a track, the first one's words are the reason.
IN_USE = (als, ease, sequence, content, autoencoder, character, popularity)
SOURCES: dict[type[Algorithm], type[Source]] = {
    Als: Factors,
    EaseModel: Together,
    SequenceModel: Together,
    Content: Likeness,
    Latent: Likeness,
    Character: CharacterLikeness,
    Popularity: Popular,
}


@dataclass(frozen=True)
class Models:
    """Those that are published, and the weights by algorithm that were learned for them, if any were."""

    published: tuple[Algorithm, ...]
    learned: Mapping[str, float] = field(default_factory=dict)

    def sources(self, taste: Taste, catalogue: Catalogue) -> list[Source]:
        return [SOURCES[type(model)](model, taste, catalogue) for model in self.published]

    @property
    def popularity(self) -> Popularity | None:
        return next((model for model in self.published if isinstance(model, Popularity)), None)


# The last answer, and the runs that it was made of.
_last: tuple[tuple, Models] | None = None


def in_use() -> Models:
    """One query, as long as nothing was published; newer tracks are taken in as the models themselves do."""
    global _last
    published = ModelRun.objects.filter(status=ModelRun.Status.PUBLISHED).order_by("pk")
    runs = (settings.MODELS_DIR, *published.values_list("pk", flat=True))
    last = _last
    if last is not None and last[0] == runs:
        for model in last[1].published:
            if isinstance(model, Content):
                aware(model)
        return last[1]
    learned = blend_weights()
    models = Models(
        tuple(model for current in IN_USE if (model := current()) is not None), learned.weights if learned else {}
    )
    _last = runs, models
    return models
