"""Where the event log is: brokers and topic, by one URL."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

# As Kafka has it. The longest name that is made of this one has 21 characters more, and Kafka takes 249.
TOPIC = re.compile(r"[A-Za-z0-9._-]{1,200}")
BROKER = re.compile(r"[A-Za-z0-9._-]+:\d{1,5}")
EXAMPLE = "kafka://HOST:9092/playback-events, or with several brokers kafka://HOST:9092,OTHER:9092/playback-events"


@dataclass(frozen=True)
class Address:
    """`brokers` are `host:port` each, of which any one that answers will do to find the others."""

    brokers: tuple[str, ...]
    topic: str

    @classmethod
    def of(cls, url: str) -> "Address":
        """Raises ImproperlyConfigured for what is no URL of brokers and a topic."""
        parts = urlsplit(url)
        brokers, topic = tuple(parts.netloc.split(",")), parts.path.removeprefix("/")
        if parts.scheme != "kafka" or not all(map(BROKER.fullmatch, brokers)):
            raise ImproperlyConfigured(f"EVENT_LOG_URL is {url!r}; it has to be like {EXAMPLE}")
        if not TOPIC.fullmatch(topic) or topic in (".", "..") or parts.query or parts.fragment:
            raise ImproperlyConfigured(
                f"EVENT_LOG_URL is {url!r}, with the topic {topic!r}; a topic is made of letters, digits, '.', '_' and "
                f"'-', as in {EXAMPLE}"
            )
        return cls(brokers, topic)

    @property
    def dead_letters(self) -> str:
        return f"{self.topic}-dead-letters"

    def __str__(self) -> str:
        return f"kafka://{','.join(self.brokers)}/{self.topic}"
