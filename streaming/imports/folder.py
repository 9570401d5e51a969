"""Import of a folder of one's own audio files, by their tags.

Each file is a track, known by its folder and path. A batch of files is one short transaction that writes only what
differs, so the same import twice changes nothing and one that was killed goes on where it was.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import transaction

from streaming.catalog import TrackGenres, count_genre_tracks, save_track_genres
from streaming.imports.failure import ImportFailed, clear_failures
from streaming.imports.own_names import OwnNames
from streaming.imports.report import Report
from streaming.imports.tags import SUFFIXES, BrokenAudio, Tags, read_tags
from streaming.models import Folder, Track
from streaming.tags import index_tags

BATCH_SIZE = 100
GONE = "The audio file is no longer in its folder"
# Of Track.path.
LONGEST_PATH = 1000


class FolderImport:
    """One import of the files below `folder`, told to `report`; raises ImportFailed where it cannot start or go on.

    `paths`: the audio files relative to the folder, in order. Hidden ones are left out. Symbolic links are not
    followed: a target inside the folder is met anyway, and one outside of it is not the folder's.
    """

    def __init__(self, folder: Path, report: Report) -> None:
        if not folder.is_dir():
            raise ImportFailed(f"{folder} is not a folder. Give one that holds {', '.join(SUFFIXES)} files")
        self.root = folder.resolve()
        self.report = report
        self._refuse_overlap()
        self.paths = sorted(path for path in _audio_files(self.root) if self._is_storable(path))

    def run(self, *, read: Callable[[int], object] | None = None) -> None:
        """`read` is told how many files were saved since it was last told."""
        with clear_failures():
            self.folder, _ = Folder.objects.get_or_create(
                path=str(self.root), defaults={"origin": Folder.Origin.FOLDER}
            )
            self.names = OwnNames()
            for start in range(0, len(self.paths), BATCH_SIZE):
                batch = self.paths[start : start + BATCH_SIZE]
                self._save(batch)
                if read:
                    read(len(batch))
            self._mark_gone()
            count_genre_tracks()
            index_tags()

    def _save(self, paths: list[str]) -> None:
        # Files are read before the transaction: it keeps other writers waiting.
        found = {path: self._read(path) for path in paths}
        with transaction.atomic():
            standing = {track.path: track for track in self.folder.tracks.filter(path__in=paths)}
            genres = {}
            for path, tags in found.items():
                track = standing.get(path) or Track(folder=self.folder, path=path)
                if isinstance(tags, BrokenAudio):
                    self._write(track, self._broken(track, tags))
                    continue
                self._write(track, _with_verdict(track, self._fields(path, tags)))
                genres[track.pk] = TrackGenres(listens=track.listens, genre_pks=self._genres(tags))
            save_track_genres(wanted=genres)

    def _read(self, path: str) -> Tags | BrokenAudio:
        try:
            return read_tags(self.root / path)
        except BrokenAudio as broken:
            self.report.problem(path, str(broken))
            return broken

    def _fields(self, path: str, tags: Tags) -> dict[str, object]:
        genres = [self.names.genre(title) for title in tags.genres]
        return {
            "title": tags.title or Path(path).stem,
            "artist_id": self.names.artist(tags.artist or tags.album_artist),
            "album_id": self.names.album(tags),
            "number": tags.number,
            "disc_number": tags.disc_number,
            "genre_top_id": genres[0].top_level_id if genres else None,
            "duration_ms": tags.duration_ms,
            "bit_rate": tags.bit_rate,
            "license": tags.license,
            "license_url": tags.license_url,
            "year": tags.year,
            "language_code": tags.language,
            "composer": tags.composer,
            "information": tags.comment,
            "audio_state": Track.AudioState.PRESENT,
            "audio_problem": "",
        }

    def _broken(self, track: Track, broken: BrokenAudio) -> dict[str, object]:
        """The state alone where the track was known before: what its file said then is kept."""
        state = {
            "audio_state": Track.AudioState.BROKEN,
            "audio_problem": str(broken),
            "duration_ms": 0,
            "bit_rate": 0,
        }
        if track.pk:
            return state
        return {"title": Path(track.path).stem, "artist_id": self.names.artist("")} | state

    def _genres(self, tags: Tags) -> frozenset[int]:
        return frozenset(pk for title in tags.genres for pk in self.names.with_parents(self.names.genre(title)))

    def _write(self, track: Track, fields: dict[str, object]) -> None:
        """Inserts a new track, updates one that differs, and counts."""
        for name, value in fields.items():
            longest = Track._meta.get_field(name).max_length
            if longest and len(str(value)) > longest:
                self.report.problem(track.path, f"{name} is cut to {longest:,} characters")
                fields[name] = str(value)[:longest]
        differing = [name for name, value in fields.items() if getattr(track, name) != value]
        for name in differing:
            setattr(track, name, fields[name])
        done = "unchanged"
        if not track.pk:
            track.save()
            done = "added"
        elif differing:
            track.save(update_fields=differing)
            done = "changed"
        self.report.counts[f"tracks {done}"] += 1
        self.report.counts[f"tracks with audio {track.audio_state}"] += 1

    def _mark_gone(self) -> None:
        here = set(self.paths)
        gone = [
            pk
            for pk, path in self.folder.tracks.exclude(audio_state=Track.AudioState.ABSENT).values_list("pk", "path")
            if path not in here
        ]
        with transaction.atomic():
            for pk in gone:
                Track.objects.filter(pk=pk).update(audio_state=Track.AudioState.ABSENT, audio_problem=GONE)
        if gone:
            self.report.counts["tracks marked absent"] += len(gone)

    def _refuse_overlap(self) -> None:
        """One file must not become two tracks, through a folder and another one inside it."""
        for folder in Folder.objects.exclude(path=str(self.root), origin=Folder.Origin.FOLDER):
            other = Path(folder.path)
            if self.root.is_relative_to(other) or other.is_relative_to(self.root):
                raise ImportFailed(
                    f"{self.root} and {other}, which is imported already ({folder.get_origin_display()}), lie one in "
                    "the other: every file would be there twice. Import that folder again, or one beside it"
                )

    def _is_storable(self, path: str) -> bool:
        try:
            path.encode()
        except UnicodeEncodeError:
            self.report.problem(ascii(path), "the file's name is not UTF-8; rename it to import it")
            return False
        if len(path) > LONGEST_PATH:
            self.report.problem(path, f"the path is longer than {LONGEST_PATH:,} characters; shorten it to import it")
            return False
        return True


def _with_verdict(track: Track, fields: dict[str, object]) -> dict[str, object]:
    """The fields of a file whose tags can be read, still marked as broken where someone who decoded it found it so.

    That holds until the file says anything else, if only its length.
    """
    state = {"audio_state", "audio_problem"}
    is_same = all(getattr(track, name) == value for name, value in fields.items() if name not in state)
    if is_same and track.audio_state == Track.AudioState.BROKEN:
        return {name: value for name, value in fields.items() if name not in state}
    return fields


def _audio_files(root: Path) -> Iterator[str]:
    folders = [str(root)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False) and Path(entry.name).suffix.lower() in SUFFIXES:
                    yield os.path.relpath(entry.path, root)
