"""Which tracks have audio: one walk over FMA's audio folders, `fma_full/000/000002.mp3` and so on."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from streaming.models import Folder, Track

# From the best to the least: whole recordings, then 30 s clips of ever fewer tracks.
AUDIO_FOLDERS = ("fma_full", "fma_large", "fma_medium", "fma_small")
FILE = re.compile(r"(\d{6,})\.mp3")
EMPTY = "The audio file is empty"


@dataclass(frozen=True)
class Audio:
    """The audio fields of a track, named as in `Track`."""

    folder_id: int | None
    path: str
    audio_state: str
    audio_problem: str = ""


class FmaAudio:
    """The audio of every FMA folder that this import or an earlier one registered and that is still there.

    `found`: FMA id → (primary key of the folder, whether the file is empty). A track that lies in several folders has
    the best one, in the order of AUDIO_FOLDERS; an empty file counts only where no other is.
    """

    def __init__(self, data_set: Path) -> None:
        for name in AUDIO_FOLDERS:
            if (data_set / name).is_dir():
                Folder.objects.get_or_create(
                    path=str((data_set / name).resolve()), defaults={"origin": Folder.Origin.FMA}
                )
        folders = sorted(Folder.objects.filter(origin=Folder.Origin.FMA), key=lambda folder: _rank(folder, data_set))
        self.found: dict[int, tuple[int, bool]] = {}
        for folder in folders:
            for fma_id, is_empty in _scan(Path(folder.path)):
                if fma_id not in self.found or (self.found[fma_id][1] and not is_empty):
                    self.found[fma_id] = (folder.pk, is_empty)
        self.undecodable = {
            (fma_id, folder): problem
            for fma_id, folder, problem in Track.objects.filter(
                fma_id__isnull=False, audio_state=Track.AudioState.BROKEN
            ).values_list("fma_id", "folder", "audio_problem")
            if problem != EMPTY
        }

    def of(self, fma_id: int) -> Audio:
        path = relative_path(fma_id)
        if fma_id not in self.found:
            return Audio(None, "", Track.AudioState.ABSENT, f"No audio folder holds {path}")
        folder, is_empty = self.found[fma_id]
        if is_empty:
            return Audio(folder, path, Track.AudioState.BROKEN, EMPTY)
        if (fma_id, folder) in self.undecodable:  # found out by whoever decoded it; an import does not decode
            return Audio(folder, path, Track.AudioState.BROKEN, self.undecodable[fma_id, folder])
        return Audio(folder, path, Track.AudioState.PRESENT)


def relative_path(fma_id: int) -> str:
    name = f"{fma_id:06d}"
    return f"{name[:3]}/{name}.mp3"


def _rank(folder: Folder, data_set: Path) -> tuple[int, bool, str]:
    path = Path(folder.path)
    rank = AUDIO_FOLDERS.index(path.name) if path.name in AUDIO_FOLDERS else len(AUDIO_FOLDERS)
    return rank, path.parent != data_set.resolve(), folder.path


def _scan(folder: Path):
    """FMA id and whether the file is empty, for each file at its official place; symbolic links are not followed."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as groups:
        for group in groups:
            if not group.is_dir(follow_symlinks=False):
                continue
            with os.scandir(group) as files:
                for file in files:
                    match = FILE.fullmatch(file.name)
                    if match and match[1][:3] == group.name and file.is_file(follow_symlinks=False):
                        yield int(match[1]), file.stat().st_size == 0
