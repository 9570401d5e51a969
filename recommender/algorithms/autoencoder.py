"""Tracks that sound alike in the latent space of an autoencoder: the index and all else is as in `content`."""

from recommender.algorithms.content import Content, aware
from recommender.features.autoencoder import EPOCHS, HIDDEN, LATENT, NOISE
from recommender.features.latent import LatentSpace
from recommender.models import ModelRun


class Latent(Content):
    """By sound: the same features as `Content`, in combinations that need not be linear."""

    name = ModelRun.Algorithm.AUTOENCODER
    space = LatentSpace
    params = {"latent": LATENT, "hidden": HIDDEN, "noise": NOISE, "epochs": EPOCHS}


def autoencoder() -> Latent | None:
    """The model in use, aware of the tracks that came up to some seconds ago; None before the first one."""
    return aware(Latent.current())
