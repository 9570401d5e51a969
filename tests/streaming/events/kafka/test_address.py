import pytest
from django.core.exceptions import ImproperlyConfigured

from streaming.events.kafka.address import Address


def test_brokers_and_topic():
    address = Address.of("kafka://one:9092,127.0.0.1:9093/playback-events")
    assert (address.brokers, address.topic) == (("one:9092", "127.0.0.1:9093"), "playback-events")
    assert address.dead_letters == "playback-events-dead-letters"
    assert str(address) == "kafka://one:9092,127.0.0.1:9093/playback-events"


@pytest.mark.parametrize(
    "url", ["kafka:", "kafka:///events", "kafka://one/events", "kafka://one:9092,/events", "kafka://:9092/events", "x:"]
)
def test_a_url_without_brokers_is_named(url):
    with pytest.raises(ImproperlyConfigured, match=f"EVENT_LOG_URL is '{url}'; it has to be like kafka://HOST:9092/"):
        Address.of(url)


@pytest.mark.parametrize("topic", ["", "two words", "a/b", "..", "x" * 201, "events?acks=0"])
def test_a_topic_that_kafka_would_not_take_is_named(topic):
    with pytest.raises(ImproperlyConfigured, match="with the topic '.*'; a topic is made of letters"):
        Address.of(f"kafka://one:9092/{topic}")
