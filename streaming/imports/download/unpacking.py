"""An archive's files, put beside it without trust in what its table of contents says.

Every name is checked before the first file is written, sizes while they are written. A file is written aside and
renamed when its checks agree, so what is there under its own name is whole, and the next run passes it over.
"""

import hashlib
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from streaming.imports.download.archives import Archive
from streaming.imports.download.progress import Update
from streaming.imports.download.space import readable, require_space
from streaming.imports.failure import ImportFailed

BLOCK = 2**20
# A list of SHA-1 sums in the form of sha1sum, which FMA's archives carry.
CHECKSUMS = "checksums"
# Room for three times as many as the largest archive has.
LARGEST_CHECKSUMS = 32 * 2**20
CHECKSUM = re.compile(r"([0-9a-fA-F]{40}) [ *](?:\./)?(.+)")
# Beyond this many bytes, a file that grows by more than RATIO is a bomb. Silence in MP3 does so too, but is shorter.
RATIO_FROM = 16 * 2**20
RATIO = 100
# What the decompressors of zipfile raise on damaged data, besides OSError without a number (bzip2).
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError)

# Told the file and why it could not be had.
Problem = Callable[[str, str], object]


class BadFile(ValueError):
    """A file of the archive that is damaged; the message says how."""


class Unpacking:
    """Of the archive at `path` to `folder`; a context manager. Raises ImportFailed where nothing may be unpacked."""

    def __init__(self, path: Path, archive: Archive, folder: Path) -> None:
        self.archive = archive
        self.path = path
        self.folder = folder
        try:
            self.zip = zipfile.ZipFile(path)
        except (*DAMAGED, ValueError) as error:
            raise ImportFailed(f"{path} is no zip file that can be read: {error}") from error
        self.entries = [entry for entry in self.zip.infolist() if not entry.is_dir()]
        self.size = sum(entry.file_size for entry in self.entries)

    def __enter__(self) -> "Unpacking":
        return self

    def __exit__(self, *exception: object) -> None:
        self.zip.close()

    def run(self, *, problem: Problem, update: Update) -> int:
        """Returns how many files could not be had, each told to `problem`. `update` is told the bytes done."""
        self._check_names()
        self._check_sizes()
        missing = sum(entry.file_size for entry in self.entries if not self._is_there(entry))
        require_space(self.folder, missing, f"Unpacking {self.path.name}")
        sums = self._sums(problem)
        self.written = bad = 0
        for entry in self.entries:
            try:
                if not self._is_there(entry):
                    self._write(entry, sums.get(entry.filename), update)
                else:
                    update(entry.file_size)
            except BadFile as error:
                problem(f"{self.path.name}, {entry.filename}", str(error))
                bad += 1
        for name in sorted(sums.keys() - {entry.filename for entry in self.entries}):
            problem(f"{self.path.name}, {CHECKSUMS}", f"{name} is listed, and not in the archive")
        return bad

    def _check_names(self) -> None:
        seen = set()
        for entry in self.zip.infolist():
            if reason := _unsafe(entry, self.archive.name):
                raise ImportFailed(f"{self.path}: {entry.filename!r} {reason}. Nothing of the archive was unpacked")
            if entry.filename in seen:
                raise ImportFailed(f"{self.path}: {entry.filename!r} stands in it twice. Nothing of it was unpacked")
            seen.add(entry.filename)

    def _check_sizes(self) -> None:
        archive = self.archive
        if len(self.entries) > archive.most_files:
            raise ImportFailed(f"{self.path} holds {len(self.entries):,} files; {archive.most_files:,} are expected")
        if self.size > archive.most_unpacked:
            raise ImportFailed(
                f"{self.path} would unpack to {readable(self.size)}; about {readable(archive.unpacked)} is expected"
            )
        for entry in self.entries:
            if entry.file_size > archive.largest:
                raise ImportFailed(
                    f"{self.path}: {entry.filename!r} would unpack to {readable(entry.file_size)}; "
                    f"{readable(archive.largest)} at most is expected"
                )

    def _is_there(self, entry: zipfile.ZipInfo) -> bool:
        path = self.folder / entry.filename
        return path.is_file() and path.stat().st_size == entry.file_size

    def _sums(self, problem: Problem) -> dict[str, str]:
        """The SHA-1 sum of each file, by its name in the archive; empty where the archive has no such list."""
        name = f"{self.archive.name}/{CHECKSUMS}"
        entry = next((entry for entry in self.entries if entry.filename == name), None)
        if not entry or entry.file_size > LARGEST_CHECKSUMS:
            return {}
        sums = {}
        try:
            text = b"".join(self._blocks(entry)).decode(errors="replace")
        except BadFile:
            return {}  # told when it is that file's turn
        for number, line in enumerate(text.splitlines(), start=1):
            match = CHECKSUM.fullmatch(line.rstrip())
            if match:
                sums[f"{self.archive.name}/{match[2].removeprefix(f'{self.archive.name}/')}"] = match[1].lower()
            elif line.strip():
                problem(f"{self.path.name}, {CHECKSUMS}, line {number}", f"{line[:100]!r} is no SHA-1 sum and name")
        return sums

    def _write(self, entry: zipfile.ZipInfo, sha1: str | None, update: Update) -> None:
        target = self.folder / entry.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(target.name + ".part")
        found = hashlib.sha1(usedforsecurity=False)
        try:
            with aside.open("wb") as file:
                for block in self._blocks(entry):
                    self.written += len(block)
                    if self.written > self.archive.most_unpacked:
                        raise ImportFailed(f"{self.path} unpacks to more than it says: {readable(self.written)}")
                    file.write(block)
                    found.update(block)
                    update(len(block))
            if sha1 and found.hexdigest() != sha1:
                raise BadFile(f"its SHA-1 sum is {found.hexdigest()}, and {CHECKSUMS} says {sha1}")
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)

    def _blocks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The file's content; raises BadFile where it is not what the archive says of it."""
        size = 0
        try:
            with self.zip.open(entry) as source:
                while block := source.read(BLOCK):
                    size += len(block)
                    if size > RATIO_FROM and size > RATIO * entry.compress_size:
                        raise BadFile(f"it grows from {readable(entry.compress_size)} to more than {readable(size)}")
                    yield block
        except DAMAGED as error:
            raise BadFile(f"it is damaged: {error}") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise BadFile(f"it is damaged: {error}") from error
        if size != entry.file_size:
            raise BadFile(f"it has {size:,} bytes, and the archive says {entry.file_size:,}")


def _unsafe(entry: zipfile.ZipInfo, folder: str) -> str:
    """Why the name may not be written to, or nothing."""
    name = entry.filename
    parts = name.removesuffix("/").split("/")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if name.startswith("/") or "\\" in name or ":" in name:
        return "is no plain path within a folder"
    if not name.isprintable():
        return "has characters that no file name should have"
    if any(part in ("", ".", "..") for part in parts):
        return "leads out of the folder, or has an empty part"
    if parts[0] != folder or (len(parts) == 1 and not entry.is_dir()):
        return f"does not lie in {folder}/"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device, and no file"
    return ""
