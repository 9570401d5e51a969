"""FMA's archives, from their server to the folders that `import_fma` reads.

An archive grows as `fma_small.zip.part` until its SHA-1 sum agrees, then is `fma_small.zip`, then unpacked to
`fma_small/`. `fma_small.zip.sha1` says that this is done, for the next run to pass it over.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import httpx

from streaming.imports.download.archives import Archive
from streaming.imports.download.part import BLOCK, Part
from streaming.imports.download.progress import Progress
from streaming.imports.download.space import full_disk_told, readable, require_space
from streaming.imports.download.transfer import Patience, Say, Transfer
from streaming.imports.download.unpacking import Problem, Unpacking
from streaming.imports.failure import ImportFailed

# Seconds without a byte until a connection counts as broken.
SILENCE = httpx.Timeout(60.0, connect=20.0)


class FmaDownload:
    """Of `archives` from `base_url` to `folder`; raises ImportFailed where it cannot start or go on.

    `keep_archives`: keep the zip files when they are unpacked. `say` is told what a person should know, `problem` each
    file that an archive could not give.
    """

    def __init__(
        self,
        folder: Path,
        archives: Iterable[Archive],
        *,
        base_url: str,
        keep_archives: bool = False,
        patience: Patience | None = None,
        progress: Progress,
        say: Say,
        problem: Problem,
    ) -> None:
        self.folder = folder
        self.archives = list(archives)
        self.base_url = base_url.rstrip("/")
        self.keep_archives = keep_archives
        self.patience = patience or Patience()
        self.progress = progress
        self.say = say
        self.problem = problem

    def run(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise ImportFailed(f"{self.folder} is a file. Name a folder, which is made where there is none")
        self.folder.mkdir(parents=True, exist_ok=True)
        wanted = [archive for archive in self.archives if not self._is_done(archive)]
        needed = sum(self._needed(archive) for archive in wanted)
        require_space(self.folder, needed, " and ".join(archive.file_name for archive in wanted) + ", unpacked too,")
        with httpx.Client(timeout=SILENCE, follow_redirects=True) as client:
            for archive in wanted:
                self._bring(archive, client)

    def _bring(self, archive: Archive, client: httpx.Client) -> None:
        path = self.folder / archive.file_name
        with full_disk_told(archive.file_name):
            if path.exists():
                self._check_sum(path, archive)
            else:
                self._download(archive, client)
        with full_disk_told(f"{archive.name}/"):
            self._unpack(path, archive)
            # The mark must not reach the disk before the files do.
            os.sync()
            self._mark(archive).write_text(f"{archive.sha1}  {archive.file_name}\n")
        if not self.keep_archives:
            path.unlink()

    def _download(self, archive: Archive, client: httpx.Client) -> None:
        url = f"{self.base_url}/{archive.file_name}"
        with Part(self.folder / archive.file_name) as part:
            if part.size:
                self.say(f"{part.path}: {readable(part.size)} are here already")
                with self.progress(f"checking {part.path.name}", part.size, 0) as update:
                    part.read_sum(update)
            # A run that was killed may have left all of it.
            if part.sha1.hexdigest() != archive.sha1:
                transfer = Transfer(client, url, archive, part, patience=self.patience, say=self.say)
                with self.progress(archive.file_name, part.version.total or archive.size, part.size) as update:
                    transfer.run(update)
            if part.sha1.hexdigest() != archive.sha1:
                found, aside = part.sha1.hexdigest(), part.set_aside()
                raise ImportFailed(
                    f"{url} is not the published file, or was damaged on its way: its SHA-1 sum is {found}, not "
                    f"{archive.sha1}. It is set aside as {aside}; delete that, and run the same command to start anew"
                )
            part.finish()

    def _check_sum(self, path: Path, archive: Archive) -> None:
        """Of an archive that an earlier run, or a person, put there."""
        found = hashlib.sha1(usedforsecurity=False)
        with path.open("rb") as file, self.progress(f"checking {path.name}", path.stat().st_size, 0) as update:
            while block := file.read(BLOCK):
                found.update(block)
                update(len(block))
        if found.hexdigest() != archive.sha1:
            raise ImportFailed(
                f"{path} is there, but is not the published file: its SHA-1 sum is {found.hexdigest()}, not "
                f"{archive.sha1}. Delete it; or, if its download was broken off, rename it to {path.name}.part to go on"
            )

    def _unpack(self, path: Path, archive: Archive) -> None:
        with Unpacking(path, archive, self.folder) as unpacking:
            with self.progress(f"unpacking {path.name}", unpacking.size, 0) as update:
                bad = unpacking.run(problem=self.problem, update=update)
            files = len(unpacking.entries)
        if bad:
            raise ImportFailed(
                f"{bad:,} of the {files:,} files in {path} could not be unpacked; the others are in "
                f"{self.folder / archive.name}. Delete the archive to have it downloaded anew"
            )
        self.say(f"{self.folder / archive.name}: {files:,} files")

    def _is_done(self, archive: Archive) -> bool:
        mark, folder = self._mark(archive), self.folder / archive.name
        if not (folder.is_dir() and mark.is_file() and mark.read_text().split()[:1] == [archive.sha1]):
            return False
        self.say(f"{folder} is there already; delete {mark} to have it downloaded anew")
        return True

    def _mark(self, archive: Archive) -> Path:
        return self.folder / f"{archive.file_name}.sha1"

    def _needed(self, archive: Archive) -> int:
        """Bytes that the disk must have free for what is still to come."""
        held = [path.stat().st_size for path in self.folder.glob(f"{archive.file_name}*") if path.suffix != ".wrong"]
        unpacked = sum(path.stat().st_size for path in (self.folder / archive.name).rglob("*") if path.is_file())
        return max(archive.size - sum(held), 0) + max(archive.unpacked - unpacked, 0)
