"""Which audio a track of the Free Music Archive has."""

import shutil

import pytest
from django.core.management import call_command

from streaming.models import Folder, Track
from tests.streaming.imports.catalogue import everything

pytestmark = pytest.mark.django_db


def food() -> Track:
    return Track.objects.select_related("folder").get(fma_id=2)


def test_present_and_absent(data_set):
    file = data_set.write_audio("fma_small", 2)
    call_command("import_fma", data_set.folder)
    assert (food().audio_state, food().audio_file()) == ("present", file.resolve())
    absent = Track.objects.get(fma_id=137)
    assert (absent.audio_state, absent.audio_problem) == ("absent", "No audio folder holds 000/000137.mp3")
    assert (absent.folder, absent.path) == (None, "")


@pytest.mark.parametrize(
    ("folders", "best"),
    [
        (("fma_small", "fma_medium"), "fma_medium"),
        (("fma_large", "fma_medium"), "fma_large"),
        (("fma_small", "fma_medium", "fma_large", "fma_full"), "fma_full"),
    ],
)
def test_best_of_several_folders(data_set, folders, best):
    for name in folders:
        data_set.write_audio(name, 2)
    call_command("import_fma", data_set.folder)
    assert food().folder.path == str(data_set.folder / best)


def test_empty_file_is_broken(data_set):
    data_set.write_audio("fma_small", 2, b"")
    call_command("import_fma", data_set.folder)
    assert (food().audio_state, food().audio_problem) == ("broken", "The audio file is empty")


def test_empty_file_does_not_hide_a_good_one(data_set):
    data_set.write_audio("fma_full", 2, b"")
    data_set.write_audio("fma_small", 2)
    call_command("import_fma", data_set.folder)
    assert (food().audio_state, food().folder.path) == ("present", str(data_set.folder / "fma_small"))


def test_repaired_file_is_present(data_set):
    data_set.write_audio("fma_small", 2, b"")
    call_command("import_fma", data_set.folder)
    data_set.write_audio("fma_small", 2)
    call_command("import_fma", data_set.folder)
    assert (food().audio_state, food().audio_problem) == ("present", "")


def test_import_without_audio_keeps_what_an_earlier_one_found(data_set, tmp_path):
    file = data_set.write_audio("fma_small", 2)
    call_command("import_fma", data_set.folder)
    before = everything()
    shutil.copytree(data_set.metadata, tmp_path / "tables" / "fma_metadata")
    call_command("import_fma", tmp_path / "tables")
    assert everything() == before
    file.unlink()
    call_command("import_fma", tmp_path / "tables")
    assert (food().audio_state, food().path) == ("absent", "")


def test_verdict_of_a_decoder_is_kept(data_set):
    data_set.write_audio("fma_small", 2)
    call_command("import_fma", data_set.folder)
    Track.objects.filter(fma_id=2).update(audio_state="broken", audio_problem="cannot be decoded")
    call_command("import_fma", data_set.folder)
    assert (food().audio_state, food().audio_problem) == ("broken", "cannot be decoded")


def test_files_elsewhere_than_fma_puts_them_do_not_count(data_set, tmp_path):
    data_set.write_audio("fma_small", 2).rename(data_set.folder / "fma_small" / "000002.mp3")
    outside = tmp_path / "outside.mp3"
    outside.write_bytes(b"audio")
    (data_set.folder / "fma_small" / "000" / "000137.mp3").symlink_to(outside)
    call_command("import_fma", data_set.folder)
    assert set(Track.objects.values_list("audio_state", flat=True)) == {"absent"}


def test_audio_folders_are_registered_once(data_set):
    data_set.write_audio("fma_small", 2)
    for _ in range(2):
        call_command("import_fma", data_set.folder)
    assert list(Folder.objects.values_list("path", "origin")) == [(str(data_set.folder / "fma_small"), "fma")]
