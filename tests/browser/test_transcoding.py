"""A recording of an hour in another format: it plays, and is sought in, while ffmpeg is still at it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core import serializers
from playwright.sync_api import Page, expect

from streaming.models import Album, Artist, Folder, Track
from tests.browser.chromium import PATIENCE_MS
from tests.browser.player import choose, expect_playing, play_first, wait_for_position
from tests.service import Service
from tests.streaming.transcoding.recordings import long_tone

pytestmark = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg is installed")
SECONDS = 3600
ADDED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("transcoding"))
    music = service.var_dir / "music"
    music.mkdir()
    long_tone(music / "hour.flac", SECONDS)
    fields = {"duration_ms": SECONDS * 1000, "folder_id": 1, "audio_state": Track.AudioState.PRESENT}
    rows = [
        Folder(pk=1, path=str(music), origin=Folder.Origin.FOLDER),
        Artist(pk=1, name="Artist"),
        Album(pk=1, title="Album", artist_id=1),
        Track(
            pk=1,
            title="Hour",
            artist_id=1,
            album_id=1,
            path="hour.flac",
            added_at=datetime(2026, 1, 1, tzinfo=UTC),
            **fields,
        ),
    ]
    (service.var_dir / "catalogue.json").write_text(serializers.serialize("json", rows))
    service.manage("migrate", "--verbosity", "0")
    service.manage("loaddata", "--verbosity", "0", str(service.var_dir / "catalogue.json"))
    service.start()
    yield service
    service.stop()


def made_whole(service: Service) -> list:
    return [path.name for path in (service.var_dir / "transcoded").iterdir() if path.is_file()]


@pytest.mark.parametrize(("quality", "suffix"), [("opus-96", ".m4a"), ("mp3-192", ".mp3")])
def test_it_plays_and_is_sought_in_before_all_of_it_is_made(page: Page, service, quality, suffix):
    page.goto("/albums/1/")
    choose(page, "quality", quality)
    play_first(page)
    expect_playing(page, "Hour")
    wait_for_position(page, 0.5)
    assert [name for name in made_whole(service) if name.endswith(suffix)] == []
    # Its length is known from the first moment on.
    expect(page.locator(".player-duration")).to_have_text("1:00:00")
    page.evaluate("document.getElementById('audio').currentTime = 400")
    wait_for_position(page, 400.5)
    page.evaluate("document.getElementById('audio').currentTime = 60")
    page.wait_for_function(
        "(({ currentTime }) => currentTime > 60.5 && currentTime < 100)(document.getElementById('audio'))",
        timeout=PATIENCE_MS,
    )
    expect_playing(page, "Hour")
