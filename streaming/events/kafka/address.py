"""Where the event log is and who we are there: brokers, topic and account, by one URL."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from streaming.events.url import without_account

# As Kafka has it. The longest name that is made of this one has 21 characters more, and Kafka takes 249.
TOPIC = re.compile(r"[A-Za-z0-9._-]{1,200}")
BROKER = re.compile(r"[A-Za-z0-9._-]+:\d{1,5}")
# Without and with TLS.
SCHEMES = ("kafka", "kafkas")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
# What a URL may say of TLS: a file each, of the authority that signed the brokers' certificates, and of a certificate
# of our own with its key.
FILES = ("ca", "certificate", "key")
EXAMPLE = "kafka://HOST:9092/playback-events, or with several brokers kafka://HOST:9092,OTHER:9092/playback-events"


@dataclass(frozen=True)
class Address:
    """`brokers` are `host:port` each, of which any one that answers will do to find the others.

    An account is there where `user` is; `files` are those of FILES that the URL names. As text, it has no password.
    """

    brokers: tuple[str, ...]
    topic: str
    has_tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    mechanism: str = MECHANISMS[0]
    files: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, url: str) -> "Address":
        """Raises ImproperlyConfigured for what is no URL of brokers and a topic."""
        parts = urlsplit(url)
        account, _, hosts = parts.netloc.rpartition("@")
        brokers, topic = tuple(hosts.split(",")), parts.path.removeprefix("/")
        if parts.scheme not in SCHEMES or not all(map(BROKER.fullmatch, brokers)):
            raise ImproperlyConfigured(f"EVENT_LOG_URL is {without_account(url)!r}; it has to be like {EXAMPLE}")
        if not TOPIC.fullmatch(topic) or topic in (".", "..") or parts.fragment:
            raise ImproperlyConfigured(
                f"EVENT_LOG_URL is {without_account(url)!r}, with the topic {without_account(topic)!r}; a topic is "
                f"made of letters, digits, '.', '_' and '-', as in {EXAMPLE}"
            )
        user, _, password = account.partition(":")
        mechanism, files = _options(parts)
        address = cls(
            brokers, topic, parts.scheme == "kafkas", unquote(user), unquote(password) or settings.KAFKA_PASSWORD,
            mechanism or MECHANISMS[0], files,
        )  # fmt: skip
        if user and not address.password:
            raise ImproperlyConfigured(f"{address} (EVENT_LOG_URL) has no password; KAFKA_PASSWORD can have it, too")
        return address

    @property
    def dead_letters(self) -> str:
        return f"{self.topic}-dead-letters"

    def __str__(self) -> str:
        account = f"{self.user}@" if self.user else ""
        return f"{SCHEMES[self.has_tls]}://{account}{','.join(self.brokers)}/{self.topic}"


def _options(parts: SplitResult) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The mechanism, empty where there is none said, and the files; raises ImproperlyConfigured."""
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := set(said) - {"mechanism", *FILES}:
        raise ImproperlyConfigured(
            f"EVENT_LOG_URL has the option {', '.join(sorted(unknown))}; there are mechanism, {', '.join(FILES)}"
        )
    mechanism, files = said.pop("mechanism", ""), tuple(sorted(said.items()))
    if mechanism and (mechanism not in MECHANISMS or "@" not in parts.netloc):
        raise ImproperlyConfigured(
            f"EVENT_LOG_URL has the mechanism {mechanism!r}; it has to be one of {', '.join(MECHANISMS)}, with "
            "USER:PASSWORD@ before the brokers"
        )
    if files and parts.scheme != "kafkas":
        raise ImproperlyConfigured(f"EVENT_LOG_URL has the option {files[0][0]}, which is for kafkas://, with TLS")
    for name, path in files:
        if not Path(path).is_file():
            raise ImproperlyConfigured(f"EVENT_LOG_URL has {name}={path}; there is no such file")
    return mechanism, files
