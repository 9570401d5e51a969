"""Tracks without features for a reason: set aside, so that they stop nobody, and tried again when someone asks."""

from collections.abc import Iterable

from recommender.features.claims import allow_again
from recommender.features.store import FeatureStore, batches
from streaming.models import Track


def quarantine(store: FeatureStore, family: str, track_id: int, reason: str, *, broken: bool) -> None:
    """Keep why a track has no features; `broken` takes it out of what can be played too."""
    store.put_problem(family, track_id, reason)
    if broken:
        longest = Track._meta.get_field("audio_problem").max_length
        Track.objects.filter(pk=track_id).update(audio_state=Track.AudioState.BROKEN, audio_problem=reason[:longest])


def retry(store: FeatureStore, family: str, track_ids: Iterable[int] | None = None, *, kind: str | None = None) -> int:
    """Let these tracks be tried again, or those of one kind of reason, or all; returns how many.

    What extraction took out of what can be played is put back. What an import found broken stays so until its file
    changes.
    """
    chosen = _chosen(store, family, None if track_ids is None else set(track_ids), kind)
    # In this order: whoever is killed in between leaves them in quarantine, to be tried again all the same.
    for ids in batches(chosen):
        _put_back({track_id: chosen[track_id] for track_id in ids})
        allow_again(ids)
    return store.forget_problems(family, chosen)


def kind_of(reason: str) -> str:
    """What a reason has in common with others: what stands before its details."""
    return reason.partition(":")[0]


def _chosen(store: FeatureStore, family: str, track_ids: set[int] | None, kind: str | None) -> dict[int, str]:
    return {
        problem.track_id: problem.reason
        for problem in store.all_problems(family)
        if (track_ids is None or problem.track_id in track_ids) and kind in (None, kind_of(problem.reason))
    }


def _put_back(reasons: dict[int, str]) -> None:
    broken = Track.objects.filter(pk__in=reasons, audio_state=Track.AudioState.BROKEN)
    # An import's verdict is in other words.
    ours = [pk for pk, problem in broken.values_list("pk", "audio_problem") if problem == reasons[pk]]
    Track.objects.filter(pk__in=ours).update(audio_state=Track.AudioState.PRESENT, audio_problem="")
