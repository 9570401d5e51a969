"""Whose shelves are made anew."""

import time

import pytest

from recommender import store
from recommender.algorithms.popularity import Popularity
from recommender.online import catalogue
from streaming.models import Listener
from tests.recommender.world import heard, make_tracks, play
from workers import embedded, tasks, waiting

PATIENCE = 30


@pytest.mark.django_db(transaction=True)
def test_nobody_looks_at_the_shelves_of_a_simulated_listener(listener):
    simulated = Listener.objects.create(is_simulated=True)
    known, *_ = make_tracks(4)
    catalogue.forget()  # what another test's refresh read
    Popularity.train(heard())
    for one in (listener, simulated):
        play(one, known)
    tasks.request_refreshes([simulated.pk, listener.pk])
    assert not waiting.claim(listener.pk), "it waits in the queue"
    assert waiting.claim(simulated.pk)
    with embedded._workers():
        deadline = time.monotonic() + PATIENCE
        while store.standing(listener.pk) is None:
            assert time.monotonic() < deadline, "no shelves were made"
            time.sleep(0.05)
    assert store.standing(simulated.pk) is None
