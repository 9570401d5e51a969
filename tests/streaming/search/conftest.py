import pytest

from streaming.models import Artist, Track
from streaming.search import spelling


@pytest.fixture(autouse=True)
def vocabulary():
    """The words of each test's own titles."""
    spelling.forget()


@pytest.fixture
def purple(db) -> Artist:
    return Artist.objects.create(name="Deep Purple")


@pytest.fixture
def smoke(purple) -> Track:
    return Track.objects.create(title="Smoke on the Water", artist=purple, listens=500)
