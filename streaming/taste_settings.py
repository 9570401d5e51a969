"""Saving what a listener says of their taste; a row of them is made where they have none yet."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from streaming.models import Artist, Genre, Listener, TasteSettings
from streaming.models.taste_settings import ADVENTUROUS, BETWEEN, FAMILIAR

# Genres and artists together that one may choose for a start.
MOST_CHOSEN = 3


class TasteError(ValueError):
    """Settings that cannot be taken; the message says what would be right."""


def of_listener(listener_id: uuid.UUID) -> TasteSettings:
    """The listener's settings; those of somebody who said nothing where there are none. One query."""
    return TasteSettings.objects.filter(listener=listener_id).first() or TasteSettings(listener_id=listener_id)


def set_adventure(*, listener_id: uuid.UUID, adventure: str | int) -> TasteSettings:
    """Raises TasteError for what is not a whole number from FAMILIAR to ADVENTUROUS."""
    text = str(adventure)
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= ADVENTUROUS):
        said = _("{value} is not a whole number from {least} (familiar) to {most} (adventurous)")
        raise TasteError(said.format(value=repr(text[:40]), least=FAMILIAR, most=ADVENTUROUS))
    return _save(listener_id, adventure=int(text))


def choose(*, listener_id: uuid.UUID, genres: Sequence[str], artists: Sequence[str]) -> TasteSettings:
    """Begin with these, by their ids; none at all is a word too: whoever would rather not is not asked again.

    Raises TasteError for more than MOST_CHOSEN, and for what is not in the catalogue.
    """
    if len({*genres}) + len({*artists}) > MOST_CHOSEN:
        said = _("{count} were chosen, and {most} at most are taken")
        raise TasteError(said.format(count=len({*genres}) + len({*artists}), most=MOST_CHOSEN))
    return _save(listener_id, genres=_known(Genre, genres), artists=_known(Artist, artists), was_asked=True)


def merge(source: Listener, *, into: Listener) -> None:
    """What was said before signing up stays, where the user has said nothing yet."""
    said, own = TasteSettings.objects.filter(listener=source).first(), of_listener(into.pk)
    if said is None:
        return
    if own.adventure == BETWEEN:
        own.adventure = said.adventure
    if not own.was_asked:
        own.genres, own.artists, own.was_asked = said.genres, said.artists, said.was_asked
    own.save()
    said.delete()


def _known(model: type[Genre] | type[Artist], ids: Sequence[str]) -> list[int]:
    for text in ids:
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise TasteError(_("{value} is no number of a genre or an artist").format(value=repr(text[:40])))
    wanted = list(dict.fromkeys(int(text) for text in ids))
    known = set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    for pk in wanted:
        if pk not in known:
            said = _("there is no genre {pk}") if model is Genre else _("there is no artist {pk}")
            raise TasteError(said.format(pk=pk))
    return wanted


def _save(listener_id: uuid.UUID, **said) -> TasteSettings:
    Listener.objects.get_or_create(pk=listener_id)
    settings, _is_new = TasteSettings.objects.update_or_create(listener_id=listener_id, defaults=said)
    return settings
