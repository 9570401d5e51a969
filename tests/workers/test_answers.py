"""Requests and answers over topics, by a real broker; what is wrong with a request is its answer."""

import json
import time
import uuid
from contextlib import closing

import pytest

from recommender.algorithms.autoencoder import Latent
from recommender.features.store import feature_store
from streaming.events.kafka.address import Address
from streaming.events.kafka.consumer import TopicConsumer
from streaming.events.kafka.producer import Message, Producer
from streaming.models import Track
from tests.recommender.world import make_tracks, publish_content
from tests.service import PATIENCE
from workers.answers import Answers, answer

pytestmark = pytest.mark.django_db
MEMBERS = 6


@pytest.fixture
def groups() -> list[list[Track]]:
    """Calm tracks and loud ones, each like those of its own kind."""
    return [make_tracks(MEMBERS, title=title) for title in ("Calm", "Loud")]


def ask(**request) -> dict:
    return answer(json.dumps({"request_id": "r-1"} | request).encode())


def test_by_a_track_and_by_its_own_features_the_same_tracks(groups, client):
    calm, _ = groups
    run = publish_content(groups)
    by_track = ask(track_id=calm[0].pk, k=MEMBERS - 1)
    page = client.get(f"/api/v1/tracks/{calm[0].pk}/similar/", {"k": MEMBERS - 1}).json()
    assert (by_track["request_id"], by_track["method"], by_track["run_id"]) == ("r-1", "knn", run.pk)
    assert [(one["id"], one["similarity"]) for one in by_track["tracks"]] == [
        (one["track"]["id"], one["similarity"]) for one in page["similar"]
    ]
    assert by_track["tracks"][0].keys() == {"id", "title", "artist", "similarity"}
    features = feature_store().get("fma", [calm[0].pk])[calm[0].pk]
    by_vector = ask(vector=features.tolist(), k=MEMBERS)
    # The track itself is the most like its own features.
    assert (by_vector["tracks"][0]["id"], by_vector["tracks"][0]["similarity"]) == (calm[0].pk, 1.0)
    assert {one["id"] for one in by_vector["tracks"][1:]} == {one["id"] for one in by_track["tracks"]}


def test_each_method_answers_by_its_model(groups):
    publish_content(groups)
    latent = Latent.train()
    found = ask(track_id=groups[1][2].pk, k=MEMBERS - 1, method="autoencoder")
    assert (found["method"], found["run_id"]) == ("autoencoder", latent.pk)
    assert {one["title"].split()[0] for one in found["tracks"]} == {"Loud"}


@pytest.mark.parametrize(
    ("request_", "code", "said"),
    [
        ({}, "track_or_vector", "either a track_id or a vector"),
        ({"track_id": 1, "vector": []}, "track_or_vector", "either a track_id or a vector"),
        ({"track_id": 999_999}, "unknown_track", "there is no track 999999"),
        ({"track_id": "12"}, "unknown_track", "not '12'"),
        ({"track_id": True}, "unknown_track", "not True"),
        ({"track_id": 2**70}, "unknown_track", f"not {2**70}"),
        ({"vector": [0.0] * 517}, "vector", "list of 518 numbers, not 517 numbers"),
        ({"vector": "long"}, "vector", "list of 518 numbers, not a str"),
        ({"vector": [0.0] * 517 + ["x"]}, "vector", "what is not a number"),
        ({"vector": [0.0] * 517 + [float("nan")]}, "vector", "not finite"),
        ({"vector": [0.0] * 517 + [float("inf")]}, "vector", "not finite"),
        ({"vector": [0.0] * 517 + [1e300]}, "vector", "too large"),
        ({"vector": [0.0] * 517 + [10**400]}, "vector", "too large"),
        ({"track_id": 1, "k": 0}, "k", "from 1 to 100, not 0"),
        ({"track_id": 1, "k": 101}, "k", "from 1 to 100, not 101"),
        ({"track_id": 1, "k": 2.5}, "k", "not 2.5"),
        ({"track_id": 1, "method": "magic"}, "unknown_method", "'magic' is unknown: it has to be one of knn, autoenc"),
        ({"track_id": 1, "method": ["knn"]}, "unknown_method", "is unknown"),
        ({"track_id": 1, "colour": "red"}, "unknown_field", "'colour' is not a field"),
        ({"request_id": ""}, None, "request_id has to be a text of 1 to 200"),
        ({"request_id": 7}, None, "request_id has to be a text"),
        ({"request_id": "\ud83d"}, None, "printable"),
    ],
)
def test_what_is_wrong_with_a_request_is_its_answer(groups, request_, code, said):
    publish_content(groups)
    found = ask(**request_)
    assert found.keys() == {"request_id", "error"}
    assert (found["request_id"], found["error"]["code"]) == (("r-1", code) if code else (None, "request_id"))
    assert said in found["error"]["message"]


@pytest.mark.parametrize("value", [b"", b"\xff", b"{", b"[1]", b"null", b"[" * 100_000])
def test_what_is_no_request_is_answered_too(value):
    found = answer(value)
    assert (found["request_id"], found["error"]["code"]) == (None, "not_json")


def test_before_the_first_training(groups):
    assert ask(track_id=groups[0][0].pk)["error"]["code"] == "not_trained_yet"


@pytest.fixture
def topics(kafka_log) -> tuple[Address, str, str]:
    """The brokers, and two topics of a test's own: the partitions of two event logs are as good as any."""
    requests, results = kafka_log(partitions=2).address, kafka_log(partitions=2).address
    return requests, requests.topic, results.topic


def test_over_the_topics_each_request_is_answered_under_its_id(groups, topics):
    publish_content(groups)
    address, requests, results = topics
    ids = [str(uuid.uuid4()) for _ in range(20)]
    producer = Producer(address)
    wanted = [{"request_id": one, "track_id": groups[n % 2][0].pk, "k": 3} for n, one in enumerate(ids)]
    producer.send(requests, [Message(one["request_id"].encode(), json.dumps(one).encode()) for one in wanted])
    producer.send(requests, [Message(None, b"nonsense")])
    with closing(Answers(address, requests=requests, results=results)) as answers:
        run_until(answers, 21)
    answered = read(address, results, 21)
    assert {key: one["request_id"] for key, one in answered if key} == {one: one for one in ids}
    for number, one in enumerate(ids):
        (found,) = [found for key, found in answered if key == one]
        assert {track["title"].split()[0] for track in found["tracks"]} == {("Calm", "Loud")[number % 2]}
    assert [one["error"]["code"] for key, one in answered if key is None] == ["not_json"]
    # All of it was committed: who comes next has nothing to do.
    with closing(Answers(address, requests=requests, results=results)) as answers:
        assert answers.run_cycle(timeout=2) == 0
    producer.close()


def run_until(answers: Answers, count: int) -> None:
    deadline, done = time.monotonic() + PATIENCE, 0
    while done < count:
        assert time.monotonic() < deadline, f"{count} requests were to come, and {done} came"
        done += answers.run_cycle()


def read(address: Address, topic: str, count: int) -> list[tuple[str | None, dict]]:
    found: list = []
    with closing(TopicConsumer(address, topic, "tests")) as consumer:
        deadline = time.monotonic() + PATIENCE
        while len(found) < count:
            assert time.monotonic() < deadline, f"{count} answers were to come, and {len(found)} came"
            found += consumer.poll(max_records=100, timeout=1)
    return [(one.key.decode() if one.key else None, json.loads(one.value)) for one in found]
