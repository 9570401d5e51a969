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


@pytest.mark.parametrize("topic", ["", "two words", "a/b", "..", "x" * 201])
def test_a_topic_that_kafka_would_not_take_is_named(topic):
    with pytest.raises(ImproperlyConfigured, match="with the topic '.*'; a topic is made of letters"):
        Address.of(f"kafka://one:9092/{topic}")


def test_an_account_and_its_options(tmp_path):
    authority = tmp_path / "ca.pem"
    authority.touch()
    url = f"kafkas://us:p%40ss@one:9093,two:9093/events?mechanism=SCRAM-SHA-256&ca={authority}"
    address = Address.of(url)
    assert (address.brokers, address.topic, address.has_tls) == (("one:9093", "two:9093"), "events", True)
    assert (address.user, address.password, address.mechanism) == ("us", "p@ss", "SCRAM-SHA-256")
    assert address.files == (("ca", str(authority)),)
    assert str(address) == "kafkas://us@one:9093,two:9093/events"
    assert "p@ss" not in repr(address)


def test_a_password_may_come_from_the_environment(settings):
    with pytest.raises(ImproperlyConfigured, match="kafka://us@one:9092/events .* has no password; KAFKA_PASSWORD"):
        Address.of("kafka://us@one:9092/events")
    settings.KAFKA_PASSWORD = "unguessable"
    assert (Address.of("kafka://us@one:9092/events").password) == "unguessable"
    assert Address.of("kafka://us:other@one:9092/events").password == "other"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("kafka://one:9092/events?acks=0", "has the option acks; there are mechanism, ca, certificate, key"),
        ("kafka://us:unguessable@one:9092/events?mechanism=md5", "has the mechanism 'md5'; it has to be one of PLAIN"),
        ("kafka://one:9092/events?mechanism=PLAIN", "with USER:PASSWORD@ before the brokers"),
        ("kafka://one:9092/events?ca=/etc/passwd", "has the option ca, which is for kafkas://, with TLS"),
        ("kafkas://one:9092/events?ca=/nowhere.pem", "has ca=/nowhere.pem; there is no such file"),
        ("kafkas://us:unguess/able@one:9092/events", r"is 'kafkas://\*\*\*@one:9092/events'; it has to be like"),
        ("kafkas://us:1/unguessable@one:9092/events", r"with the topic '\*\*\*@one:9092/events'"),
        ("kafka//us:unguessable@one:9092/events", r"is '\*\*\*@one:9092/events'; it has to be like"),
    ],
)
def test_what_is_wrong_is_named_and_the_password_is_not(url, said):
    with pytest.raises(ImproperlyConfigured, match=said) as told:
        Address.of(url)
    assert "unguess" not in str(told.value)
