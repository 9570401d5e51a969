"""The way to a MongoDB database: checked addresses, bounded waiting, and one exception for whatever goes wrong."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from pymongo import IndexModel, MongoClient
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, ConfigurationError, InvalidURI, PyMongoError
from pymongo.uri_parser import parse_uri

from recommender.features.store import FeatureStoreUnavailable, without_secrets

Document = dict[str, Any]

# What the URL may say otherwise. A write is acknowledged when it survives the loss of any one server; writes are tried
# again once by the driver, where the server can tell a repeated one. Milliseconds.
OPTIONS = {
    "w": "majority",
    "journal": True,
    "wTimeoutMS": 15_000,
    "serverSelectionTimeoutMS": 3_000,
    "connectTimeoutMS": 3_000,
    "socketTimeoutMS": 30_000,
    "appName": "fma-musicapp",
}
# In PyMongo's messages, what follows says how it was configured, repeats what was sent, or lists what else there is.
DETAILS = (" (configured timeouts", ", full error", ", Timeout:", ". Did you mean")


class MongoConnection:
    """One collection, connected to on its first use and then shared by threads.

    Raises ImproperlyConfigured for a URL that is not mongodb://HOST/DATABASE, with MongoDB's options after a "?".
    """

    def __init__(self, url: str, collection: str, indexes: Sequence[IndexModel]) -> None:
        self.url = url
        self.name = without_secrets(url)
        self._collection_name = collection
        self._indexes = indexes
        self._parsed = self._parse()
        self._lock = threading.Lock()
        self._client: MongoClient[Document] | None = None

    def _parse(self) -> Document:
        try:
            parsed = parse_uri(self.url, validate=True, warn=False)
        except (InvalidURI, ConfigurationError, ValueError) as error:
            # The parser's words may quote a piece of the password.
            reason = "are user and password percent-encoded?" if "@" in self.url else _reason(error)
            raise ImproperlyConfigured(f"{self.name!r} is no MongoDB URL: {reason}") from None
        if not parsed["database"] or parsed["collection"]:
            raise ImproperlyConfigured(f"{self.name!r} must be of the form mongodb://HOST/DATABASE")
        return parsed

    @contextmanager
    def collection(self) -> Iterator[Collection[Document]]:
        """The collection, for one operation; raises FeatureStoreUnavailable for all that PyMongo raises in it."""
        try:
            yield self._connect()[self._parsed["database"]][self._collection_name]
        except PyMongoError as error:
            raise FeatureStoreUnavailable(
                f"the feature store {self.name} fails: {_reason(error)}; what it acknowledged before is kept"
            ) from error

    def _connect(self) -> MongoClient[Document]:
        with self._lock:
            if self._client is None:
                client = MongoClient(self.url, tz_aware=True, tzinfo=UTC, **self._options())
                try:
                    client[self._parsed["database"]][self._collection_name].create_indexes(list(self._indexes))
                except PyMongoError:
                    client.close()
                    raise
                self._client = client
            return self._client

    def _options(self) -> Document:
        said = {name.lower() for name in self._parsed["options"]}
        return {name: value for name, value in OPTIONS.items() if name.lower() not in said}

    def close(self) -> None:
        with self._lock:
            if self._client:
                self._client.close()
                self._client = None


def _reason(error: Exception) -> str:
    if isinstance(error, BulkWriteError):
        # Its own message holds the vectors.
        problems = error.details["writeErrors"] + error.details["writeConcernErrors"]
        return str(problems[0]["errmsg"]) if problems else "a bulk write was not taken"
    text = str(error)
    for words in DETAILS:
        text = text.partition(words)[0]
    return text
