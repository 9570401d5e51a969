"""Taking tracks out of quarantine: of one reason, of all, and never what an import found broken."""

import pytest

from recommender.features.claims import Claims
from recommender.features.quarantine import quarantine, retry
from recommender.features.store import feature_store
from streaming.imports.fma_audio import EMPTY
from streaming.models import Track

DAMAGED, SILENT = "damaged: lost sync at 3.2 s", "silent: every sample is the same"


@pytest.fixture
def store(db):
    return feature_store()


@pytest.fixture
def tracks(artist, store) -> list[Track]:
    """Three in quarantine: one silent, two that cannot be decoded."""
    tracks = [Track.objects.create(title=f"{n}", artist=artist, audio_state=Track.AudioState.PRESENT) for n in range(3)]
    quarantine(store, "fma", tracks[0].pk, SILENT, broken=False)
    quarantine(store, "fma", tracks[1].pk, DAMAGED, broken=True)
    quarantine(store, "fma", tracks[2].pk, "damaged: no frame at all", broken=True)
    return tracks


def states() -> list[str]:
    return list(Track.objects.order_by("pk").values_list("audio_state", flat=True))


def test_what_cannot_be_decoded_cannot_be_played(store, tracks):
    assert states() == ["present", "broken", "broken"]
    assert Track.objects.get(pk=tracks[1].pk).audio_problem == DAMAGED
    assert store.missing("fma", 9) == []


def test_all_are_tried_again(store, tracks):
    assert retry(store, "fma") == 3
    assert states() == ["present"] * 3
    assert set(Track.objects.values_list("audio_problem", flat=True)) == {""}
    assert store.missing("fma", 9) == [track.pk for track in reversed(tracks)]


def test_one_track(store, tracks):
    assert retry(store, "fma", [tracks[1].pk]) == 1
    assert states() == ["present", "present", "broken"]
    assert store.missing("fma", 9) == [tracks[1].pk]
    assert retry(store, "fma", [tracks[1].pk]) == 0


def test_all_of_one_kind(store, tracks):
    assert retry(store, "fma", kind="damaged") == 2
    assert states() == ["present"] * 3
    assert store.missing("fma", 9) == [tracks[2].pk, tracks[1].pk]
    assert retry(store, "fma", kind="lyrics") == 0


def test_what_an_import_found_broken_stays_so(store, tracks):
    Track.objects.filter(pk=tracks[1].pk).update(audio_problem=EMPTY)
    assert retry(store, "fma") == 3
    assert states() == ["present", "broken", "present"]
    assert Track.objects.get(pk=tracks[1].pk).audio_problem == EMPTY


def test_a_reason_longer_than_its_field(store, tracks):
    quarantine(store, "fma", tracks[0].pk, "damaged: " + 1_000 * "x", broken=True)
    assert retry(store, "fma", [tracks[0].pk]) == 1
    assert states()[0] == "present"


def test_a_worker_that_was_done_with_it_just_now_keeps_nobody_from_it(store, tracks):
    with Claims() as claims:
        claims.take([tracks[0].pk])
        claims.done(tracks[0].pk)
    retry(store, "fma")
    assert Claims().take([tracks[0].pk]) == [tracks[0].pk]


def test_more_than_one_page_of_problems(store, artist, monkeypatch):
    monkeypatch.setattr("recommender.features.store.BATCH", 2)
    for number in range(5):
        store.put_problem("fma", Track.objects.create(title=f"{number}", artist=artist).pk, SILENT)
    assert retry(store, "fma", kind="silent") == 5
    assert store.problem_reasons("fma") == {}
