"""The texts of rows and tiles, translated once a language: a list of fifty has four hundred of them."""

from dataclasses import dataclass, fields
from functools import cache
from html import escape

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop


@dataclass(frozen=True)
class Words:
    """Ready to be put into HTML. Those with {title}, {artist} or {time} in them take it escaped too."""

    play: str = gettext_noop("Play {title} by {artist}")
    play_album: str = gettext_noop("Play the album {title}")
    like: str = gettext_noop("Like {title}")
    more: str = gettext_noop("More for {title}")
    ban: str = gettext_noop("Not for me: do not suggest {title}")
    not_for_me: str = gettext_noop("Not for me")
    suggest_again: str = gettext_noop("Suggest {title} again")
    take_back: str = gettext_noop("Take back")
    up: str = gettext_noop("Up: {title}")
    down: str = gettext_noop("Down: {title}")
    take_out: str = gettext_noop("Take out: {title}")
    no_audio: str = gettext_noop("no audio")
    broken_audio: str = gettext_noop("broken audio")
    licence: str = gettext_noop("Licence")
    listens: str = gettext_noop("Listens at the archive")
    artist: str = gettext_noop("Artist")
    finished: str = gettext_noop("finished")
    skipped: str = gettext_noop("skipped at {time}")
    heard: str = gettext_noop("heard {time}")
    simulated: str = gettext_noop("simulated")
    since: str = gettext_noop("since {day}")
    reason: str = gettext_noop("{reason} (model run: {run})")


def words() -> Words:
    """In the reader's language."""
    return _in(translation.get_language() or settings.LANGUAGE_CODE)


@cache
def _in(language: str) -> Words:
    with translation.override(language):
        return Words(**{field.name: escape(gettext(field.default)) for field in fields(Words)})
