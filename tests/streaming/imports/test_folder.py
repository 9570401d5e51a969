"""One's own files, imported by their tags."""

import mutagen
import pytest
from django.core.management import CommandError, call_command
from mutagen.id3 import COMM, ID3, TALB, TCON, TCOP, TDRC, TIT2, TPE1, TPE2, TPOS, TRCK, WCOP

from streaming.models import Album, Artist, Folder, Genre, Track
from tests.streaming.imports.catalogue import everything
from tests.streaming.imports.recordings import write_recording

pytestmark = pytest.mark.django_db

VORBIS = {
    "title": "Blue Hour",
    "artist": "Ada",
    "albumartist": "Ada & Friends",
    "album": "Dusk",
    "tracknumber": "3/12",
    "discnumber": "2",
    "date": "1999-05-01",
    "genre": ["Metal", "Noise"],
    "license": "http://creativecommons.org/licenses/by/3.0/",
    "comment": "Recorded at home",
}
ATOMS = {
    "\xa9nam": "Blue Hour",
    "\xa9ART": "Ada",
    "aART": "Ada & Friends",
    "\xa9alb": "Dusk",
    "trkn": [(3, 12)],
    "disk": [(2, 2)],
    "\xa9day": "1999-05-01",
    "\xa9gen": ["Metal", "Noise"],
    "cprt": "http://creativecommons.org/licenses/by/3.0/",
    "\xa9cmt": "Recorded at home",
}
FRAMES = [
    TIT2(text="Blue Hour"),
    TPE1(text="Ada"),
    TPE2(text="Ada & Friends"),
    TALB(text="Dusk"),
    TRCK(text="3/12"),
    TPOS(text="2"),
    TDRC(text="1999-05-01"),
    TCON(text=["Metal", "Noise"]),
    WCOP(url="http://creativecommons.org/licenses/by/3.0/"),
    COMM(lang="eng", desc="", text="Recorded at home"),
]


@pytest.fixture
def music(tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    return folder


def tag(path, **comments):
    """Vorbis comments of a FLAC, Ogg or Opus file."""
    audio = mutagen.File(path)
    audio.update(comments)
    audio.save()
    return path


def write_song(path, **comments):
    return tag(write_recording(path), **comments)


def write_tagged(path):
    """The same tags in the way of each format."""
    audio = mutagen.File(write_recording(path))
    if path.suffix in (".mp3", ".wav"):
        if audio.tags is None:
            audio.add_tags()
        for frame in FRAMES:
            audio.tags.add(frame)
    else:
        audio.update(ATOMS if path.suffix == ".m4a" else VORBIS)
    audio.save()


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav"])
def test_tags_of_each_format(music, suffix):
    write_tagged(music / f"song{suffix}")
    call_command("import_folder", music)
    song = Track.objects.get()
    assert (song.title, song.artist.name, song.audio_state) == ("Blue Hour", "Ada", "present")
    assert (song.album.title, song.album.artist.name) == ("Dusk", "Ada & Friends")
    assert (song.number, song.disc_number, song.year) == (3, 2, 1999)
    assert (song.genre_top.title, set(song.genres.values_list("title", flat=True))) == ("Metal", {"Metal", "Noise"})
    assert song.license == "Creative Commons Attribution 3.0"
    assert song.license_url == "https://creativecommons.org/licenses/by/3.0/"
    assert song.information == "Recorded at home"
    assert song.duration_ms == pytest.approx(500, abs=60)  # MP3 and Opus pad to whole frames
    assert song.bit_rate > 0
    assert song.audio_file() == (music / f"song{suffix}").resolve()


def test_file_without_tags(music):
    write_recording(music / "tapes" / "side a.flac")
    call_command("import_folder", music)
    song = Track.objects.get()
    assert (song.title, song.artist.name, song.album, song.path) == (
        "side a",
        "Unknown artist",
        None,
        "tapes/side a.flac",
    )


def test_id3_details(music):
    path = write_recording(music / "old.mp3")
    tags = ID3()
    tags.add(TCON(text=["(17)"]))  # ID3v1's number of a genre
    tags.add(TCOP(text="2001 Ada, all rights reserved"))
    tags.add(TRCK(text="A1"))
    tags.save(path)
    call_command("import_folder", music)
    song = Track.objects.get()
    assert (song.genre_top.title, song.license, song.license_url, song.number) == ("Rock", "", "", 0)


def test_real_recordings(music, shared_data):
    for path in (shared_data / "audio").glob("*.ogg"):
        (music / path.name).write_bytes(path.read_bytes())
    call_command("import_folder", music)
    assert set(Track.objects.values_list("audio_state", flat=True)) == {"present"}
    assert Track.objects.count() == 3
    assert all(track.duration_ms > 60_000 for track in Track.objects.all())


def test_names_are_matched_without_regard_to_case(music):
    write_song(music / "1.flac", artist="Ada", album="Dusk", genre="Folk")
    write_song(music / "2.flac", artist="ADA", album="dusk", genre="folk")
    call_command("import_folder", music)
    write_song(music / "3.flac", artist="ada", album="DUSK", genre="FOLK")
    call_command("import_folder", music)
    assert (Artist.objects.get().name, Album.objects.get().title) == ("Ada", "Dusk")
    assert (Genre.objects.get().title, Genre.objects.get().track_count) == ("Folk", 3)


def test_artist_of_fma_is_another_one_but_its_genres_are_shared(music):
    Artist.objects.create(fma_id=1, name="Ada")
    rock = Genre.objects.create(fma_id=12, title="Rock")
    rock.top_level = rock
    rock.save()
    Genre.objects.create(fma_id=31, title="Metal", parent=rock, top_level=rock)
    write_song(music / "1.flac", artist="Ada", genre="metal")
    call_command("import_folder", music)
    song = Track.objects.get()
    assert (song.artist.fma_id, song.genre_top) == (None, rock)
    assert set(song.genres.values_list("title", flat=True)) == {"Rock", "Metal"}


def test_same_import_twice_changes_nothing(music, capsys):
    for suffix in (".mp3", ".flac"):
        write_tagged(music / f"song{suffix}")
    (music / "empty.mp3").touch()
    call_command("import_folder", music)
    before = everything()
    capsys.readouterr()
    call_command("import_folder", music)
    assert everything() == before
    assert "tracks unchanged: 3" in capsys.readouterr().out


def test_changed_file_is_read_again(music):
    path = write_song(music / "1.flac", title="Draft", genre="Folk")
    call_command("import_folder", music)
    pk = Track.objects.get().pk
    tag(path, title="Final", genre="Jazz")
    call_command("import_folder", music)
    song = Track.objects.get()
    assert (song.pk, song.title, song.genre_top.title) == (pk, "Final", "Jazz")
    assert list(song.genres.values_list("title", flat=True)) == ["Jazz"]
    assert dict(Genre.objects.values_list("title", "track_count")) == {"Folk": 0, "Jazz": 1}


def test_file_that_is_gone_and_comes_back(music):
    path = write_song(music / "1.flac", title="Song")
    call_command("import_folder", music)
    before = everything()
    aside = path.rename(music.parent / "aside.flac")
    call_command("import_folder", music)
    song = Track.objects.get()
    assert (song.title, song.audio_state) == ("Song", "absent")
    assert song.audio_problem == "The audio file is no longer in its folder"
    aside.rename(path)
    call_command("import_folder", music)
    assert everything() == before


def test_moved_file(music):
    path = write_song(music / "1.flac", title="Song")
    call_command("import_folder", music)
    path.rename(music / "2.flac")
    call_command("import_folder", music)
    assert dict(Track.objects.values_list("path", "audio_state")) == {"1.flac": "absent", "2.flac": "present"}


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.mp3", b"", "The audio file is empty"),
        ("letter.mp3", b"Dear Ada,\nthis is no music.\n" * 100, "Not readable as MP3"),
        ("letter.flac", b"Dear Ada,\nthis is no music.\n" * 100, "Not readable as FLAC"),
        ("letter.m4a", b"Dear Ada,\nthis is no music.\n" * 100, "Not readable as M4A"),
        ("letter.wav", b"RIFF\0\0\0\0WAVE", "Not readable as WAV"),
        ("letter.ogg", b"OggS", "Not readable as Ogg"),
        ("letter.opus", b"\0" * 1000, "Not readable as Opus"),
    ],
)
def test_broken_file_is_listed_with_the_reason(music, capsys, name, content, problem):
    (music / name).write_bytes(content)
    write_song(music / "good.flac")
    call_command("import_folder", music)
    broken = Track.objects.get(path=name)
    assert (broken.title, broken.artist.name, broken.audio_state) == (name.split(".")[0], "Unknown artist", "broken")
    assert broken.audio_problem.startswith(problem)
    assert Track.objects.get(path="good.flac").is_playable
    out = capsys.readouterr().out
    assert f"{name}: {problem}" in out and "tracks with audio broken: 1" in out


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav"])
def test_no_damage_stops_an_import(music, suffix):
    """A file cut at every place of its head, and one with every byte of it changed."""
    write_tagged(music / f"whole{suffix}")
    whole = (music / f"whole{suffix}").read_bytes()
    for place in range(0, min(len(whole), 1_500), 7):
        (music / f"cut {place}{suffix}").write_bytes(whole[:place])
        changed = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        (music / f"changed {place}{suffix}").write_bytes(changed)
    call_command("import_folder", music)
    assert Track.objects.count() == len(list(music.iterdir()))


def test_file_that_breaks_keeps_what_it_said(music):
    path = write_song(music / "1.flac", title="Song", artist="Ada")
    good = path.read_bytes()
    call_command("import_folder", music)
    path.write_bytes(b"")
    call_command("import_folder", music)
    song = Track.objects.get()
    assert (song.title, song.artist.name, song.audio_state) == ("Song", "Ada", "broken")
    path.write_bytes(good)
    call_command("import_folder", music)
    assert Track.objects.get().is_playable


def test_verdict_of_a_decoder_holds_until_the_file_changes(music):
    path = write_song(music / "1.flac", title="Song")
    call_command("import_folder", music)
    Track.objects.update(audio_state="broken", audio_problem="cannot be decoded")
    call_command("import_folder", music)
    assert Track.objects.get().audio_problem == "cannot be decoded"
    tag(path, title="Song, again")
    call_command("import_folder", music)
    assert (Track.objects.get().audio_state, Track.objects.get().audio_problem) == ("present", "")


def test_hidden_files_and_links_are_left_out(music, tmp_path):
    outside = write_recording(tmp_path / "outside" / "secret.flac")
    write_recording(music / ".hidden.flac")
    write_recording(music / ".trash" / "old.flac")
    (music / "notes.txt").write_text("no audio")
    (music / "link.flac").symlink_to(outside)
    (music / "elsewhere").symlink_to(outside.parent)
    (music / "loop").symlink_to(music)
    write_recording(music / "in" / "LOUD.FLAC".lower())
    call_command("import_folder", music)
    assert list(Track.objects.values_list("path", flat=True)) == ["in/loud.flac"]


def test_file_name_that_is_not_utf_8(music, capsys):
    write_recording(music / "good.flac").rename(music / "bad\udcff.flac")
    call_command("import_folder", music)
    assert not Track.objects.exists()
    assert r"bad\udcff.flac': the file's name is not UTF-8; rename it" in capsys.readouterr().out


def test_text_longer_than_its_field(music, capsys):
    write_song(music / "1.flac", title="x" * 1001)
    call_command("import_folder", music)
    assert Track.objects.get().title == "x" * 1000
    assert "1.flac: title is cut to 1,000 characters" in capsys.readouterr().out


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="nowhere is not a folder"):
        call_command("import_folder", tmp_path / "nowhere")


def test_folder_without_audio(music, capsys):
    call_command("import_folder", music)
    assert "No audio files in" in capsys.readouterr().out


def test_folder_within_an_imported_one(music):
    write_recording(music / "sub" / "1.flac")
    call_command("import_folder", music)
    for folder in (music / "sub", music.parent):
        with pytest.raises(CommandError, match="every file would be there twice"):
            call_command("import_folder", folder)
    assert Folder.objects.count() == 1
