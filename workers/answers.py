"""Recommendations for other systems: a request on one topic, its answer on another.

docs/events.md is the contract. What is wrong with a request is said in its answer; nothing that is on the topic stops
the reading. A request is done with when its answer is acknowledged, and so may be answered twice, the same.
"""

import json
import logging
import threading
from typing import Any

import numpy as np

from recommender.similar import DEFAULT, METHODS, MOST, NotTrainedYet, Similar, similar, similar_to
from streaming.events.kafka.address import Address
from streaming.events.kafka.consumer import TopicConsumer
from streaming.events.kafka.producer import Message, Producer
from streaming.events.kafka.topics import REQUESTS, RESULTS
from streaming.models import Track
from workers.outage import outlast

logger = logging.getLogger(__name__)

GROUP = "answers"
# Requests read at once.
BATCH = 100
# Tracks in an answer to a request that does not say how many.
K = 20
WIDTH = 518
FIELDS = {"request_id", "track_id", "vector", "k", "method"}
# A longer one is not copied into an answer.
LONGEST_ID = 200


class BadRequest(Exception):
    """Why there is no answer: `code` for a program, the message for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Answers:
    """Reads requests in batches, sends their answers, then commits. `requests` and `results` are topics."""

    def __init__(self, address: Address, *, requests: str = REQUESTS, results: str = RESULTS) -> None:
        self._requests = TopicConsumer(address, requests, GROUP)
        self._producer = Producer(address)
        self._results = results

    def run_cycle(self, *, timeout: float = 1.0) -> int:
        """One batch; returns how many requests it held. Killed before the commit, they are answered again."""
        found = self._requests.poll(max_records=BATCH, timeout=timeout)
        if found:
            answers = [answer(one.value or b"") for one in found]
            self._producer.send(self._results, [_message(one) for one in answers])
            self._requests.commit()
        return len(found)

    def close(self) -> None:
        self._requests.close()
        self._producer.close()


def run(address: Address, stopping: threading.Event) -> None:
    """Cycles until the event is set, whatever brokers and database do meanwhile."""
    answers: Answers | None = None

    def cycle() -> None:
        nonlocal answers
        answers = answers or Answers(address)
        answers.run_cycle()

    def leave() -> None:
        nonlocal answers
        if answers is not None:
            answers.close()
        answers = None

    outlast("the answering of requests", cycle, leave, stopping)
    leave()


def answer(value: bytes) -> dict[str, Any]:
    """The answer to one request, as a JSON object."""
    request_id = None
    try:
        request = _object(value)
        request_id = _request_id(request)
        method = _method(request)
        found = _found(request, _k(request), method)
    except BadRequest as bad:
        return {"request_id": request_id, "error": {"code": bad.code, "message": str(bad)}}
    return {"request_id": request_id, "method": method, "run_id": found.run_id, "tracks": _tracks(found)}


def _found(request: dict, k: int, method: str) -> Similar:
    if ("track_id" in request) == ("vector" in request):
        raise BadRequest("track_or_vector", "a request has either a track_id or a vector")
    try:
        if "vector" in request:
            return similar_to(_vector(request["vector"]), k, method)
        return similar(_track_id(request["track_id"]), k, method)
    except NotTrainedYet as error:
        raise BadRequest("not_trained_yet", str(error)) from None


def _object(value: bytes) -> dict:
    try:
        request = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise BadRequest("not_json", f"the request is not JSON that can be read: {error}") from None
    if not isinstance(request, dict):
        raise BadRequest("not_json", f"the request is a {type(request).__name__}, not a JSON object")
    return request


def _request_id(request: dict) -> str:
    given = request.get("request_id")
    if not isinstance(given, str) or not given.isprintable() or not 1 <= len(given) <= LONGEST_ID:
        raise BadRequest("request_id", f"request_id has to be a text of 1 to {LONGEST_ID} printable characters")
    return given


def _method(request: dict) -> str:
    if unknown := sorted(request.keys() - FIELDS):
        raise BadRequest("unknown_field", f"{unknown[0]!r:.60} is not a field: {', '.join(sorted(FIELDS))} are")
    given = request.get("method", DEFAULT)
    if given not in list(METHODS):
        raise BadRequest("unknown_method", f"method {given!r:.60} is unknown: it has to be one of {', '.join(METHODS)}")
    return given


def _k(request: dict) -> int:
    given = request.get("k", K)
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST:
        raise BadRequest("k", f"k has to be a whole number from 1 to {MOST}, not {given!r:.60}")
    return given


def _track_id(given: Any) -> int:
    # The bound is the databases' largest integer.
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given < 2**63:
        raise BadRequest("unknown_track", f"track_id has to be the number of a track, not {given!r:.60}")
    if not Track.objects.filter(pk=given).exists():
        raise BadRequest("unknown_track", f"there is no track {given}")
    return given


def _vector(given: Any) -> np.ndarray:
    """Raw features, float64 of shape (518,)."""
    if not isinstance(given, list) or len(given) != WIDTH:
        size = f"{len(given)} numbers" if isinstance(given, list) else f"a {type(given).__name__}"
        raise BadRequest("vector", f"vector has to be a list of {WIDTH} numbers, not {size}")
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in given):
        raise BadRequest("vector", "vector holds what is not a number")
    try:
        vector = np.array(given, dtype=np.float64)
    except OverflowError:
        raise BadRequest("vector", "vector holds a number that is too large") from None
    # Features are stored in single precision.
    if not np.isfinite(vector).all() or np.abs(vector).max() > np.finfo(np.float32).max:
        raise BadRequest("vector", "vector holds a number that is not finite, or too large")
    return vector


def _tracks(found: Similar) -> list[dict]:
    return [
        {
            "id": one.track.pk,
            "title": one.track.title,
            "artist": one.track.artist.name,
            "similarity": round(one.similarity, 4),
        }
        for one in found.tracks
    ]


def _message(one: dict) -> Message:
    key = one["request_id"].encode() if one["request_id"] else None
    return Message(key, json.dumps(one).encode())
