"""Zip files that were made to do harm, or damaged."""

import hashlib
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from streaming.imports.download.unpacking import Unpacking
from streaming.imports.failure import ImportFailed
from tests.streaming.imports.download.conftest import FILES, archive_of, checksums, zipped

FOOD = "fma_small/000/000002.mp3"


class Box:
    """A folder to unpack to, with other files beside it."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "fma"
        self.folder.mkdir()
        self.root = root
        self.path = root / "fma_small.zip"
        self.problems: list[str] = []
        self.done = 0

    def unpack(self, content: bytes, **published: object) -> int:
        self.path.write_bytes(content)
        with Unpacking(self.path, archive_of(content, **published), self.folder) as unpacking:
            return unpacking.run(problem=lambda *words: self.problems.append(": ".join(words)), update=self.update)

    def update(self, size: int) -> None:
        self.done += size

    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.root.rglob("*") if not path.is_dir() and path != self.path]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in paths}


@pytest.fixture
def box(tmp_path) -> Box:
    return Box(tmp_path)


@pytest.mark.parametrize(
    "compression",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
    ids=["stored", "deflate", "bzip2", "lzma"],
)
def test_every_compression(box, compression):
    assert box.unpack(zipped(FILES, compression)) == 0
    assert box.files() == FILES
    assert box.done == sum(map(len, FILES.values()))


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "fma_small/../../evil",
        "fma_small/../evil",
        "/tmp/evil",
        "//server/evil",
        "C:/evil",
        "fma_small/C:evil",
        "fma_small\\..\\..\\evil",
        "fma_small//evil",
        "fma_small/./evil",
        "fma_small/ev\nil",
        "fma_small",
        "evil",
        "fma_full/000/000002.mp3",
    ],
)
def test_name_that_leads_elsewhere(box, name):
    content = zipped(FILES | {name: b"evil"})
    with pytest.raises(ImportFailed, match="(Nothing of the archive was unpacked|no zip file)"):
        box.unpack(content)
    assert box.files() == {}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO], ids=["link", "device", "pipe"])
def test_entry_that_is_no_file(box, kind):
    path = box.root / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("fma_small/000")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc")
        archive.writestr("fma_small/000/passwd", "evil")
    with pytest.raises(ImportFailed, match="is a link or a device, and no file"):
        box.unpack(path.read_bytes())
    path.unlink()
    assert box.files() == {}


@pytest.mark.filterwarnings("ignore:Duplicate name")  # zipfile says so when the test writes it
def test_name_that_stands_twice(box):
    path = box.root / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(FOOD, "one")
        archive.writestr(FOOD, "two")
    with pytest.raises(ImportFailed, match="stands in it twice"):
        box.unpack(path.read_bytes())


def test_permissions_are_plain(box):
    path = box.root / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo(FOOD)
        entry.external_attr = (stat.S_IFREG | 0o4777) << 16  # set-user-id, and for everybody to write
        archive.writestr(entry, "audio")
    box.unpack(path.read_bytes())
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((box.folder / FOOD).stat().st_mode) == 0o666 & ~umask


def test_bomb_that_says_so(box):
    content = zipped({FOOD: bytes(3_000_000)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(ImportFailed, match=r"would unpack to 2.9 MiB; about 976.6 KiB is expected"):
        box.unpack(content)
    with pytest.raises(ImportFailed, match=r"000002.mp3' would unpack to 2.9 MiB; 488.3 KiB at most is expected"):
        box.unpack(content, unpacked=9_000_000)
    assert box.files() == {}


def test_more_files_than_expected(box):
    content = zipped({f"fma_small/000/{number:06d}.mp3": b"" for number in range(11)})
    with pytest.raises(ImportFailed, match="holds 11 files; 10 are expected"):
        box.unpack(content)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2], ids=["deflate", "bzip2"])
def test_file_that_grows_out_of_proportion(box, compression):
    """Within the published sizes, but no music: what is written meanwhile is taken away again."""
    content = zipped({FOOD: bytes(40_000_000)}, compression)
    assert box.unpack(content, unpacked=10**8, largest=10**8) == 1
    assert "it grows from" in box.problems[0]
    assert box.files() == {}


def test_table_of_contents_that_lies_about_a_size(box):
    """It says 1,000 bytes, here and before the file, of which there are a million."""
    content = bytearray(zipped({FOOD: bytes(1_000_000)}, zipfile.ZIP_DEFLATED))
    real, lie = struct.pack("<I", 1_000_000), struct.pack("<I", 1_000)
    assert content.count(real) == 2
    content = content.replace(real, lie)
    assert box.unpack(bytes(content)) == 1
    assert "it is damaged: Bad CRC-32" in box.problems[0]
    assert box.files() == {}


def test_file_with_a_wrong_crc_costs_that_file(box):
    content = bytearray(zipped(FILES))
    content[content.find(FILES[FOOD]) + 7] ^= 1
    assert box.unpack(bytes(content)) == 1
    assert box.problems == [f"fma_small.zip, {FOOD}: it is damaged: Bad CRC-32 for file '{FOOD}'"]
    assert box.files() == {name: data for name, data in FILES.items() if name != FOOD}


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["deflate", "bzip2", "lzma"]
)
def test_no_damage_stops_the_unpacking(box, compression):
    """Each byte of the first file's header and content changed in turn."""
    whole = zipped({FOOD: bytes(range(256)), "fma_small/b": b"good"}, compression)
    end = whole.find(b"PK\x03\x04", 4)
    for place in range(end):
        changed = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        for path in box.folder.rglob("*"):
            if path.is_file():
                path.unlink()
        bad = box.unpack(changed)
        assert box.files()["fma_small/b"] == b"good"
        assert bad == (FOOD not in box.files())
        assert FOOD not in box.files() or box.files()[FOOD] == bytes(range(256))


def test_encrypted_file(box):
    content = bytearray(zipped({FOOD: b"audio"}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + flags] |= 1
    assert box.unpack(bytes(content)) == 1
    assert "password" in box.problems[0]


@pytest.mark.parametrize("content", [b"", b"<html>Not found</html>", zipped(FILES)[:-30]], ids=["empty", "page", "cut"])
def test_no_zip_file(box, content):
    with pytest.raises(ImportFailed, match="is no zip file that can be read"):
        box.unpack(content)


@pytest.mark.parametrize("separator", ["  ", " *", "  ./", "  fma_small/"])
def test_checksums_that_agree(box, separator):
    sums = checksums(FILES).decode().replace("  ", separator).encode()
    assert box.unpack(zipped(FILES | {"fma_small/checksums": sums})) == 0
    assert not box.problems


def test_checksum_that_does_not_agree(box):
    sums = checksums(FILES | {FOOD: b"other"})
    assert box.unpack(zipped(FILES | {"fma_small/checksums": sums})) == 1
    found, said = hashlib.sha1(FILES[FOOD]).hexdigest(), hashlib.sha1(b"other").hexdigest()
    assert box.problems == [f"fma_small.zip, {FOOD}: its SHA-1 sum is {found}, and checksums says {said}"]
    assert FOOD not in box.files()


def test_odd_checksums(box):
    sums = checksums(FILES | {"fma_small/000/000999.mp3": b"gone"}) + b"# made by hand\n\n"
    assert box.unpack(zipped(FILES | {"fma_small/checksums": sums})) == 0
    assert box.problems == [
        "fma_small.zip, checksums, line 5: '# made by hand' is no SHA-1 sum and name",
        "fma_small.zip, checksums: fma_small/000/000999.mp3 is listed, and not in the archive",
    ]


def test_files_that_are_there_are_passed_over(box):
    kept, cut = box.folder / FOOD, box.folder / "fma_small/000/000137.mp3"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"x" * len(FILES[FOOD]))  # of the right size: no run leaves a file half written under its name
    cut.write_bytes(b"cut")
    (kept.parent / "000137.mp3.part").write_bytes(b"of a run that was killed")
    assert box.unpack(zipped(FILES)) == 0
    assert box.files() == FILES | {FOOD: b"x" * len(FILES[FOOD])}
    assert box.done == sum(map(len, FILES.values()))
