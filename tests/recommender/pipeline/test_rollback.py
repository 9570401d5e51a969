"""`manage.py rollback` on real files."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from recommender import artefacts
from recommender.algorithms.als import als
from recommender.models import ModelRun
from streaming.models import Track
from tests.recommender.world import make_tracks, publish_als

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(2)


@pytest.fixture
def runs(tracks) -> list[ModelRun]:
    """Three runs; the factors of run n are n and 2 n."""
    return [publish_als(tracks, [[float(n)], [2.0 * n]]) for n in (1, 2, 3)]


def test_the_run_before_serves_again(runs, capsys):
    assert als().factors[0, 0] == 3.0
    call_command("rollback", "als")
    assert als().factors[0, 0] == 2.0
    assert f"als: run {runs[1].pk} of " in capsys.readouterr().out
    assert list(ModelRun.objects.order_by("pk").values_list("status", flat=True)) == ["retired", "published", "retired"]
    call_command("rollback", "als")
    assert als().factors[0, 0] == 1.0


def test_any_former_run_serves_again(runs):
    call_command("rollback", "als", to=runs[0].pk)
    assert als().run_id == runs[0].pk
    call_command("rollback", "als", to=runs[2].pk)
    assert als().run_id == runs[2].pk


def test_a_run_whose_files_are_gone_is_not_put_to_use(runs):
    shutil.rmtree(artefacts.folder(runs[1]))
    with pytest.raises(CommandError, match=rf"run {runs[1].pk} are gone from .*former runs with files: {runs[0].pk}$"):
        call_command("rollback", "als")
    assert als().run_id == runs[2].pk


def test_a_run_whose_files_are_damaged_is_not_put_to_use(runs):
    (artefacts.folder(runs[1]) / "item_factors.npy").unlink()
    with pytest.raises(CommandError, match=f"als run {runs[1].pk} cannot serve: .*item_factors.npy"):
        call_command("rollback", "als")
    assert als().run_id == runs[2].pk


@pytest.mark.parametrize(("number", "message"), [(None, "no run before the one in use"), (99, "no former run 99")])
def test_there_is_nothing_to_go_back_to(tracks, number, message):
    run = publish_als(tracks, [[1.0], [1.0]])
    with pytest.raises(CommandError, match=f"als has {message}; former runs with files: none"):
        call_command("rollback", "als", to=number)
    assert als().run_id == run.pk


def test_an_unknown_algorithm_names_those_there_are():
    with pytest.raises(CommandError, match="invalid choice: 'hits'.*als.*popularity"):
        call_command("rollback", "hits")


def test_old_files_are_kept_for_two_former_runs(runs, tracks):
    publish_als(tracks, [[4.0], [8.0]])
    assert [artefacts.folder(run).is_dir() for run in runs] == [False, True, True]
