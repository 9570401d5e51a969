"""Fixtures are plain nouns: a track, a listener, an event."""

import gc
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation
from redis import Redis as RedisClient

from recommender.features.store import feature_store
from recommender.online import catalogue
from recommender.shelves import run_name
from streaming.events import event_log
from streaming.models import Artist, Listener, Track
from streaming.search import spelling
from tests.services.kafka import KafkaBroker, running_broker
from tests.services.mongo import MongoStandIn
from tests.services.objects import ObjectStorage
from tests.services.redis import Redis
from tests.services.server import Unavailable

with warnings.catch_warnings():
    # kafka-python reads its own files by functions that Python 3.11 deprecates.
    warnings.filterwarnings("ignore", message=".*_text is deprecated", category=DeprecationWarning)
    from streaming.events.kafka.log import KafkaEventLog
    from streaming.events.kafka.topics import create

TESTS = Path(__file__).resolve().parent
SHARED_DATA = TESTS.parent.parent / "shared" / "data"


def pytest_collection_modifyitems(items) -> None:
    """Which tests share a process: one browser and one Spark session a run, and otherwise one file's fixtures."""
    stacked = {item.path for item in items if "stack" in item.fixturenames}
    for item in items:
        if TESTS / "browser" in item.path.parents:
            group = "browser"
        elif "spark_session" in item.fixturenames:
            group = "spark"
        elif "kafka" in item.fixturenames:
            group = "kafka"
        elif item.path in stacked:
            group = "stack"
        else:
            group = str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session", autouse=True)
def databases_of_others() -> None:
    """Processes that tests start keep all in a folder of their own, whatever database the tests themselves run on."""
    os.environ.pop("DATABASE_URL", None)


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What one test's process remembers of its tracks is not another's."""
    cache.clear()
    catalogue.forget()
    spelling.forget()
    run_name.cache_clear()


@pytest.fixture(autouse=True)
def language():
    """What a request was answered in stays on in its thread, which here is that of the next test too."""
    yield
    translation.deactivate()


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


@pytest.fixture(scope="session")
def objects() -> Iterator[ObjectStorage]:
    """Object storage that speaks S3, one a run; tests that need it are skipped where it cannot run."""
    folder = Path(tempfile.mkdtemp(prefix="objects-"))
    try:
        storage = ObjectStorage(folder).run()
    except Unavailable as error:
        pytest.skip(str(error))
    yield storage
    storage.kill()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis, one a run; whoever stops it starts it again."""
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    try:
        redis = Redis(folder, "--save", "").run()
    except Unavailable as error:
        pytest.skip(str(error))
    yield redis
    redis.stop()
    shutil.rmtree(folder)


@pytest.fixture
def redis(redis_server) -> Redis:
    """Empty."""
    client = RedisClient.from_url(redis_server.url())
    client.flushall()
    client.close()
    return redis_server


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaBroker]:
    """A broker, one a run; whoever kills it starts it again."""
    yield from running_broker()


@pytest.fixture
def kafka_log(kafka, state) -> Iterator[Callable[..., KafkaEventLog]]:
    """Makes event logs, each with topics of its own."""
    logs = []

    def made(*, partitions: int = 1) -> KafkaEventLog:
        log = KafkaEventLog(kafka.url(f"events-{uuid.uuid4()}"), state)
        assert all(topic.partitions for topic in create(log.address, partitions=partitions, replication=1))
        logs.append(log)
        return log

    yield made
    for log in logs:
        log.close()
    with warnings.catch_warnings():
        # kafka-python leaves sockets that found no broker to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def kafka_event_log(kafka_log, settings) -> Iterator[KafkaEventLog]:
    """The service's own event log is on Kafka, in three partitions."""
    settings.EVENT_LOG_URL = str(kafka_log(partitions=3).address)
    yield event_log()
    event_log().close()


@pytest.fixture
def listener(db) -> Listener:
    return Listener.objects.create()


@pytest.fixture
def artist(db) -> Artist:
    return Artist.objects.create(name="Karissa Hobbs")


@pytest.fixture
def track(artist) -> Track:
    return Track.objects.create(title="Let's Go Fishin'", artist=artist, duration_ms=180_000)
