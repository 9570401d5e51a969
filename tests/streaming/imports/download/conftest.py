"""Small archives in FMA's form, a mirror that has them, and a download of them."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from streaming.imports.download.archives import Archive
from streaming.imports.download.fma import FmaDownload
from streaming.imports.download.transfer import Patience
from tests.streaming.imports.download.mirror import Mirror, serving

FILES = {
    "fma_small/README.txt": b"clips of 30 s",
    "fma_small/000/000002.mp3": bytes(range(256)) * 200,
    "fma_small/000/000137.mp3": bytes(reversed(range(256))) * 100,
}


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def checksums(files: dict[str, bytes]) -> bytes:
    """As sha1sum writes them, with names relative to the archive's folder."""
    lines = [f"{hashlib.sha1(content).hexdigest()}  {name.partition('/')[2]}\n" for name, content in files.items()]
    return "".join(lines).encode()


def archive_of(content: bytes, name: str = "fma_small", **changes: object) -> Archive:
    """What would be published of this archive."""
    published = {
        "size": len(content),
        "sha1": hashlib.sha1(content).hexdigest(),
        "unpacked": 1_000_000,
        "most_files": 10,
        "largest": 500_000,
    }
    return Archive(name=name, **(published | changes))


@dataclass
class Run:
    """Downloads from a mirror to a folder, and what was said meanwhile."""

    folder: Path
    mirror: Mirror
    said: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    shown: dict[str, tuple[int, int]] = field(default_factory=dict)  # what: (bytes in all, bytes done)

    def __call__(self, *archives: Archive, **options: object) -> None:
        patience = Patience(attempts=3, first_wait=0.001, longest_wait=0.002)
        FmaDownload(
            self.folder,
            archives,
            base_url=self.mirror.address,
            patience=patience,
            progress=self.progress,
            say=self.said.append,
            problem=lambda place, reason: self.problems.append(f"{place}: {reason}"),
            **options,
        ).run()

    def progress(self, what: str, total: int, done: int) -> nullcontext[Callable[[int], None]]:
        self.shown[what] = (total, done)

        def update(size: int) -> None:
            self.shown[what] = (total, self.shown[what][1] + size)

        return nullcontext(update)

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()
        }


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with serving(Mirror()) as mirror:
        yield mirror


@pytest.fixture
def download(tmp_path, mirror) -> Run:
    return Run(tmp_path / "fma", mirror)


@pytest.fixture
def small(mirror) -> Archive:
    """A tiny fma_small.zip, which the mirror has."""
    content = zipped(FILES)
    mirror.files["fma_small.zip"] = content
    return archive_of(content)
