"""Fixtures are plain nouns: a track, a listener, an event."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.features.store import feature_store
from streaming.models import Artist, Listener, Track
from tests.services.mongo import MongoStandIn, Unavailable

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
    """Every test has a folder of its own for media, models, the lake and reports."""
    settings.VAR_DIR = tmp_path / "var"
    settings.MODELS_DIR = settings.VAR_DIR / "models"
    settings.MEDIA_DIR = settings.VAR_DIR / "media"
    settings.LAKE_URL = (settings.VAR_DIR / "lake").as_uri()
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


@pytest.fixture
def shared_data() -> Path:
    """Third-party data beside the checkout; tests that need it are skipped elsewhere."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no third-party data at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def mongo() -> Iterator[MongoStandIn]:
    """A stand-in for MongoDB, one a run; tests that need it are skipped where it cannot run."""
    try:
        server = MongoStandIn(Path(os.environ["VAR_DIR"], "mongo-jars").resolve())
    except Unavailable as error:
        pytest.skip(str(error))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def mongo_url(mongo) -> Iterator[str]:
    """Of a database that is a test's own."""
    url = mongo.url(f"test-{uuid.uuid4()}")
    yield url
    feature_store(url).close()


@pytest.fixture
def listener(db) -> Listener:
    return Listener.objects.create()


@pytest.fixture
def artist(db) -> Artist:
    return Artist.objects.create(name="Karissa Hobbs")


@pytest.fixture
def track(artist) -> Track:
    return Track.objects.create(title="Let's Go Fishin'", artist=artist, duration_ms=180_000)
