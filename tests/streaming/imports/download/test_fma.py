"""FMA's archives over HTTP from a real server, unpacked to what `import_fma` reads."""

import errno
import fcntl
import hashlib
import resource
import shutil
from contextlib import contextmanager

import pytest
from django.core.management import call_command

from streaming.imports.download.archives import METADATA, SUBSETS
from streaming.imports.failure import ImportFailed
from streaming.models import Track
from tests.streaming.imports.conftest import data_set  # noqa: F401  # a fixture
from tests.streaming.imports.download.conftest import FILES, archive_of, checksums, zipped

MARK = "fma_small.zip.sha1"


@pytest.fixture
def content(small, mirror) -> bytes:
    return mirror.files["fma_small.zip"]


def test_archive_is_downloaded_checked_unpacked_and_deleted(download, small):
    download(small)
    assert download.files() == FILES | {MARK: f"{small.sha1}  fma_small.zip\n".encode()}
    assert download.shown["fma_small.zip"] == (small.size, small.size)
    total = sum(map(len, FILES.values()))
    assert download.shown["unpacking fma_small.zip"] == (total, total)
    assert not download.problems


def test_archive_is_kept_on_request(download, small, content):
    download(small, keep_archives=True)
    assert download.files()["fma_small.zip"] == content


def test_second_run_asks_the_server_nothing(download, small, mirror):
    download(small)
    download(small)
    assert len(mirror.requests) == 1
    assert "is there already" in download.said[-1]


def test_what_import_fma_reads(data_set, download, mirror, db):  # noqa: F811
    tables = {f"fma_metadata/{path.name}": path.read_bytes() for path in data_set.metadata.iterdir()}
    metadata = zipped(tables | {"fma_metadata/checksums": checksums(tables)})
    audio = {"fma_small/000/000002.mp3": b"audio"}
    clips = zipped(audio | {"fma_small/checksums": checksums(audio)})
    mirror.files = {"fma_metadata.zip": metadata, "fma_small.zip": clips}
    download(archive_of(metadata, "fma_metadata"), archive_of(clips))
    call_command("import_fma", download.folder)
    assert dict(Track.objects.values_list("fma_id", "audio_state")) == {2: "present", 137: "absent"}
    assert Track.objects.get(fma_id=2).audio_file().read_bytes() == b"audio"


def test_connection_that_breaks_off_again_and_again(download, small, mirror):
    mirror.stops = [10_000, 20_000, 30_000]
    download(small)
    assert mirror.ranges == [None, "bytes=10000-", "bytes=30000-", "bytes=60000-"]
    assert [headers.get("If-Range") for headers in mirror.requests] == [None, *['"first"'] * 3]
    assert FILES.items() <= download.files().items()


def test_part_of_an_earlier_run(download, small, mirror, content):
    mirror.stops, mirror.statuses = [40_000], [200, 404]
    with pytest.raises(ImportFailed, match="404 Not Found"):
        download(small)
    assert download.files()["fma_small.zip.part"] == content[:40_000]
    download(small)
    assert mirror.ranges[-1] == "bytes=40000-"
    assert mirror.requests[-1]["If-Range"] == '"first"'
    assert download.shown["checking fma_small.zip.part"] == (40_000, 40_000)
    assert download.shown["fma_small.zip"] == (small.size, small.size)
    assert FILES.items() <= download.files().items()


def test_part_that_is_whole_already(download, small, mirror, content):
    download.folder.mkdir()
    (download.folder / "fma_small.zip.part").write_bytes(content)
    download(small)
    assert not mirror.requests
    assert FILES.items() <= download.files().items()


@pytest.mark.parametrize("noted", ["", "{", "[]", '{"validator": 1, "odd": 2}'], ids=["none", "cut", "list", "odd"])
def test_part_whose_version_is_not_known(download, small, mirror, content, noted):
    download.folder.mkdir()
    (download.folder / "fma_small.zip.part").write_bytes(content[:40_000])
    if noted:
        (download.folder / "fma_small.zip.part.json").write_text(noted)
    # It breaks off once more, so late that the rest could pass for the published size's rounding.
    mirror.stops = [len(content) - 40_000 - 5]
    download(small)
    assert mirror.ranges == ["bytes=40000-", f"bytes={len(content) - 5}-"]
    assert "If-Range" not in mirror.requests[0]
    assert mirror.requests[1]["If-Range"] == '"first"'


def test_server_without_ranges(download, small, mirror):
    mirror.has_ranges, mirror.stops = False, [10_000]
    download(small)
    assert any(
        "the server cannot send a part of the file; starting from the beginning" in line for line in download.said
    )
    assert FILES.items() <= download.files().items()


def test_server_that_never_gets_to_the_end(download, small, mirror):
    mirror.has_ranges, mirror.stops = False, [10_000] * 20
    with pytest.raises(ImportFailed, match=r"3 attempts in a row brought nothing .* 9.8 KiB are kept"):
        download(small)
    assert len(mirror.requests) == 4


@pytest.mark.parametrize("minds_if_range", [True, False])
def test_file_that_changes_between_two_answers(download, small, mirror, minds_if_range):
    mirror.etags, mirror.stops, mirror.minds_if_range = ['"old"', '"new"'], [10_000], minds_if_range
    mirror.files["fma_small.zip"] = zipped(FILES)
    download(small)
    assert any("changed" in line or "it is dropped" in line for line in download.said)
    assert mirror.ranges[:2] == [None, "bytes=10000-"]
    assert FILES.items() <= download.files().items()


def test_weak_etag_is_no_condition(download, small, mirror):
    mirror.etags, mirror.stops = ['W/"first"'], [10_000]
    download(small)
    assert [("If-Range" in headers) for headers in mirror.requests] == [False, False]
    assert mirror.ranges[1] == "bytes=10000-"


def test_range_that_does_not_go_on_from_the_part(download, small, mirror):
    mirror.stops, mirror.range_lie = [10_000], 7
    download(small)
    assert mirror.ranges == [None, "bytes=10000-", None]
    assert FILES.items() <= download.files().items()


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_server_that_is_busy_at_first(download, small, mirror, status):
    mirror.statuses = [status, status]
    download(small)
    assert f"the server answers {status}" in download.said[0]
    assert FILES.items() <= download.files().items()


def test_server_that_stays_busy(download, small, mirror):
    mirror.statuses = [503] * 10
    with pytest.raises(ImportFailed, match="3 attempts in a row brought nothing .the server answers 503"):
        download(small)


def test_server_that_is_not_there(download, small, mirror):
    mirror.address = "http://127.0.0.1:9/"  # the port of `discard`, which nobody serves
    with pytest.raises(ImportFailed, match="3 attempts in a row brought nothing .*refused"):
        download(small)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_file_that_is_not_to_be_had(download, small, mirror, status):
    mirror.statuses = [status]
    with pytest.raises(ImportFailed, match=rf"fma_small.zip cannot be had: the server answers {status}"):
        download(small)
    assert len(mirror.requests) == 1


def test_compressed_answer(download, small, mirror):
    mirror.headers = {"Content-Encoding": "gzip"}
    with pytest.raises(ImportFailed, match="is sent as gzip, which was not asked for"):
        download(small)
    assert mirror.requests[0]["Accept-Encoding"] == "identity"


def test_server_that_announces_more_than_it_sends(download, small, mirror):
    """It is asked for the rest, and then says itself that there is none."""
    mirror.length_lie = 500
    download(small)
    assert "ended before" in download.said[0] or "without sending complete message body" in download.said[0]
    assert mirror.ranges == [None, f"bytes={len(mirror.files['fma_small.zip'])}-"]
    assert FILES.items() <= download.files().items()


def test_server_that_announces_less_than_it_sends(download, small, mirror):
    mirror.length_lie = -500
    with pytest.raises(ImportFailed, match="its SHA-1 sum is"):
        download(small)


@pytest.mark.parametrize("lie", [-50_000, 50_000, 10**15])
def test_server_that_announces_another_size_than_is_published(download, small, mirror, lie):
    mirror.length_lie = lie
    with pytest.raises(ImportFailed, match="the published size is 75.4 KiB: it is another file"):
        download(small)


def test_server_that_announces_nothing_and_sends_too_much(download, small, mirror, content):
    mirror.says_length = False
    mirror.files["fma_small.zip"] = content * 3
    with pytest.raises(ImportFailed, match="sends more than the 77.7 KiB of the file"):
        download(small)
    assert len(download.files()["fma_small.zip.part"]) <= small.largest_size


def test_server_that_announces_nothing_and_breaks_off(download, small, mirror):
    mirror.says_length, mirror.stops = False, [10_000]
    download(small)
    assert mirror.ranges == [None, "bytes=10000-"]
    assert FILES.items() <= download.files().items()


def test_wrong_sum_is_set_aside_and_the_next_run_begins_anew(download, small, mirror, content):
    mirror.files["fma_small.zip"] = wrong = content[:500] + b"?" + content[501:]
    found = hashlib.sha1(wrong).hexdigest()
    with pytest.raises(ImportFailed, match=f"its SHA-1 sum is {found}, not {small.sha1}"):
        download(small)
    assert download.files() == {"fma_small.zip.wrong": wrong}
    mirror.files["fma_small.zip"] = content
    download(small)
    assert mirror.ranges == [None, None]
    assert FILES.items() <= download.files().items()


def test_archive_that_a_person_put_there(download, small, mirror, content):
    download.folder.mkdir()
    (download.folder / "fma_small.zip").write_bytes(content)
    download(small)
    assert not mirror.requests
    assert FILES.items() <= download.files().items()


def test_damaged_archive_that_a_person_put_there(download, small, mirror, content):
    download.folder.mkdir()
    (download.folder / "fma_small.zip").write_bytes(content[:-9])
    with pytest.raises(ImportFailed, match=r"is there, but is not the published file.*rename it to fma_small.zip.part"):
        download(small)
    assert download.files() == {"fma_small.zip": content[:-9]}
    (download.folder / "fma_small.zip").rename(download.folder / "fma_small.zip.part")
    download(small)
    assert mirror.ranges == [f"bytes={len(content) - 9}-"]


def test_disk_without_room(download, small, mirror, tmp_path):
    free = shutil.disk_usage(tmp_path).free
    huge = archive_of(mirror.files["fma_small.zip"], size=2 * free)
    with pytest.raises(
        ImportFailed, match=r"fma_small.zip, unpacked too, needs .*iB, and the disk of .* has .*iB free"
    ):
        download(huge)
    assert not mirror.requests


@contextmanager
def largest_file(size: int):
    """The file system takes no file beyond this size, as a disk that is full at that byte."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_disk_that_is_full_in_the_middle_of_the_download(download, small, mirror, content):
    with largest_file(30_001), pytest.raises(ImportFailed, match="No room for more of fma_small.zip .*is kept"):
        download(small)
    assert download.files()["fma_small.zip.part"] == content[:30_001]
    download(small)
    assert mirror.ranges == [None, "bytes=30001-"]
    assert FILES.items() <= download.files().items()


def test_disk_that_is_full_in_the_middle_of_the_unpacking(download, small, mirror, content):
    download.folder.mkdir()
    (download.folder / "fma_small.zip").write_bytes(content)
    with largest_file(30_000), pytest.raises(ImportFailed, match="No room for more of fma_small/"):
        download(small)
    assert set(download.files()) == {"fma_small.zip", "fma_small/README.txt"}
    download(small)
    assert not mirror.requests
    assert FILES.items() <= download.files().items()


def test_second_download_beside_it(download, small):
    download.folder.mkdir()
    with (download.folder / "fma_small.zip.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(ImportFailed, match="Another process is downloading"):
            download(small)


def test_folder_that_is_a_file(download, small):
    download.folder.write_text("")
    with pytest.raises(ImportFailed, match="is a file. Name a folder"):
        download(small)


def test_archive_with_a_damaged_file(download, mirror):
    content = bytearray(zipped(FILES))
    content[content.find(FILES["fma_small/000/000002.mp3"])] ^= 1
    mirror.files["fma_small.zip"] = bytes(content)
    with pytest.raises(ImportFailed, match=r"1 of the 3 files .* could not be unpacked; the others are in"):
        download(archive_of(bytes(content)))
    assert [line.partition(": ")[0] for line in download.problems] == ["fma_small.zip, fma_small/000/000002.mp3"]
    assert set(download.files()) == {"fma_small.zip", "fma_small/README.txt", "fma_small/000/000137.mp3"}


def test_published_table():
    """The sums and sizes of the data set's README."""
    gib = 2**30
    assert (METADATA.file_name, METADATA.size, METADATA.sha1[:8]) == ("fma_metadata.zip", 342 * 2**20, "f0df49ff")
    published = {
        name: (archive.file_name, round(archive.size / gib, 1), archive.sha1[:8]) for name, archive in SUBSETS.items()
    }
    assert published == {
        "small": ("fma_small.zip", 7.2, "ade154f7"),
        "medium": ("fma_medium.zip", 22, "c67b69ea"),
        "large": ("fma_large.zip", 93, "497109f4"),
        "full": ("fma_full.zip", 879, "0f0ace23"),
    }


def test_an_error_of_the_disk_that_is_none_of_space(download, small, mirror):
    download.folder.mkdir()
    (download.folder / "fma_small.zip.part").mkdir()
    with pytest.raises(OSError) as raised:
        download(small)
    assert raised.value.errno == errno.EISDIR
