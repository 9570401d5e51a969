"""Back to an earlier model, by one transaction; where it cannot serve, the one in use stays."""

from recommender import artefacts
from recommender.algorithms.autoencoder import Latent
from recommender.algorithms.base import Algorithm
from recommender.algorithms.blend_weights import BlendWeights
from recommender.algorithms.content import Character, Content
from recommender.algorithms.popularity import Popularity
from recommender.models import ModelRun
from recommender.pipeline.fit import LEARNED
from recommender.pipeline.lock import training_lock

SERVED: dict[str, type[Algorithm]] = {
    model.name.value: model for model in (*LEARNED, BlendWeights, Content, Latent, Character, Popularity)
}


def roll_back(algorithm: str, to: int | None = None) -> ModelRun:
    """Has the run before the one in use, or run `to`, serve again; returns it.

    Raises CannotRollBack where there is none or its files are gone or damaged, and TrainingInProgress.
    """
    # A training that ends meanwhile would have been judged beside the run that is taken out of use here.
    with training_lock():
        run = artefacts.former(algorithm, to)
        try:
            SERVED[algorithm].load(artefacts.Published(run.pk, artefacts.folder(run)))
        except SERVED[algorithm].unusable as error:
            raise artefacts.CannotRollBack(f"{algorithm} run {run.pk} cannot serve: {error}") from error
        artefacts.restore(run)
    return run
