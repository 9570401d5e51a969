"""Fixtures are plain nouns: a track, a listener, an event."""

from pathlib import Path

import pytest

from streaming.models import Artist, Listener, Track

TESTS = Path(__file__).resolve().parent
SHARED_DATA = TESTS.parent.parent / "shared" / "data"


def pytest_collection_modifyitems(items) -> None:
    """Which tests share a process: one browser and one Spark session a run, and otherwise one file's fixtures."""
    for item in items:
        if TESTS / "browser" in item.path.parents:
            group = "browser"
        elif "spark_session" in item.fixturenames:
            group = "spark"
        else:
            group = str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def state(settings, tmp_path) -> Path:
    """Every test has a folder of its own for media, models and reports."""
    settings.VAR_DIR = tmp_path / "var"
    settings.MODELS_DIR = settings.VAR_DIR / "models"
    settings.MEDIA_DIR = settings.VAR_DIR / "media"
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


@pytest.fixture
def shared_data() -> Path:
    """Third-party data beside the checkout; tests that need it are skipped elsewhere."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no third-party data at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture
def listener(db) -> Listener:
    return Listener.objects.create()


@pytest.fixture
def artist(db) -> Artist:
    return Artist.objects.create(name="Karissa Hobbs")


@pytest.fixture
def track(artist) -> Track:
    return Track.objects.create(title="Let's Go Fishin'", artist=artist, duration_ms=180_000)
