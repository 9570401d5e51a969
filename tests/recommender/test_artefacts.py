"""Runs that are rejected, fail, are killed or meet a full disk: the model in use stays, and nothing of theirs does."""

import errno
import resource
import signal
from collections.abc import Iterator

import pytest

from recommender import artefacts
from recommender.algorithms.als import als
from recommender.models import ModelRun
from recommender.pipeline.lock import training_lock
from streaming.models import Track
from tests.recommender.world import make_tracks, publish_als

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(2)


@pytest.fixture
def in_use(tracks) -> ModelRun:
    return publish_als(tracks, [[1.0], [2.0]])


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow beyond 64 KiB, which is how a full disk meets a writer, but for the error's number."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def files(algorithm: str, settings) -> list[str]:
    return sorted(path.name for path in (settings.MODELS_DIR / algorithm).iterdir())


def test_a_rejected_run_keeps_its_reason_and_no_files(in_use, settings):
    with artefacts.training("als", {}) as (run, folder):
        (folder / "model").write_text("half")
        run.metrics = {"ndcg@20": 0.1}
        raise artefacts.Rejected("not better")
    run.refresh_from_db()
    assert (run.status, run.problem, run.metrics) == ("rejected", "not better", {"ndcg@20": 0.1})
    assert run.finished_at is not None
    assert files("als", settings) == [str(in_use.pk)]
    assert als().run_id == in_use.pk


def test_a_disk_that_fills_leaves_the_old_model_in_use(in_use, settings, small_disk):
    with pytest.raises(OSError) as error, artefacts.training("als", {}) as (_, folder):
        (folder / "model").write_bytes(bytes(1_000_000))
    assert error.value.errno == errno.EFBIG
    failed = ModelRun.objects.get(status="failed")
    assert failed.problem.startswith("OSError: [Errno 27]")
    assert files("als", settings) == [str(in_use.pk)]
    assert als().run_id == in_use.pk


def test_what_a_killed_training_left_is_swept_by_the_next(in_use, settings, transactional_db):
    killed = ModelRun.objects.create(algorithm="als")
    for name in (f"{killed.pk}.partial", str(killed.pk)):
        (settings.MODELS_DIR / "als" / name).mkdir()
    with training_lock():
        assert files("als", settings) == [str(in_use.pk)]
    assert als().run_id == in_use.pk


def test_folders_of_files_are_published_whole(tracks):
    with artefacts.training("blend", {}) as (run, folder):
        (folder / "part").mkdir()
        (folder / "part" / "weights").write_text("1")
    assert (artefacts.current("blend").folder / "part" / "weights").read_text() == "1"
    assert [path.name for path in artefacts.folder(run).iterdir()] == ["part"]
