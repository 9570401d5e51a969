"""The rows of a list: of tracks, of plays, and of tracks that are "not for me".

They are written here, as a page has fifty of them: by a template each took a third of a millisecond, all else on the
page together a fifth of what they did. What comes from the catalogue is escaped where it is read.
"""

from html import escape

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from streaming.models import Ban, Play, Track
from streaming.pages.words import words
from streaming.templatetags.catalog import cover, data_attributes, duration, licence_kind
from streaming.templatetags.wording import grouped, plays_counted


def icon(name: str, when: str = "") -> str:
    return f'<svg class="icon{when and " " + when}" aria-hidden="true"><use href="#icon-{name}"/></svg>'


PLAY = icon("play", "when-paused") + icon("pause", "when-playing")
HEART, MORE = icon("heart"), icon("more")


class TrackRow:
    """A track's row, part by part; what a list shows of each of its tracks is said once to `html`."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self.title, self.by = escape(track.title), escape(track.artist.name)
        self.words = words()

    def html(
        self,
        *,
        number: int | str = "",
        artist: bool = True,
        album: bool = True,
        has_cover: bool = True,
        listens: bool = False,
        plays: int = 0,
        entry: int | None = None,
    ) -> str:
        """`listens` are the archive's; `plays`, where there are any, are the listener's own and stand in their place.

        `entry` is the row's place in a playlist of the listener's own; its buttons are the form's called `arrange`.
        """
        kinds = ("" if self.track.is_playable else " is-absent") + (" is-entry" if entry else "")
        of_entry = f' data-entry="{entry}"' if entry else ""
        return (
            f'<li class="row{kinds}" {data_attributes(self.track)}{of_entry}>\n'
            f'<span class="row-number" aria-hidden="true">{number}</span>'
            f"{self.play()}{self.cover() if has_cover else ''}{self.names(artist)}"
            f'<span class="row-note">{self.problem()}{self.album() if album else ""}</span>'
            f"{self.figure(listens, plays)}"
            f'<span class="row-licence">{self.licence()}</span>'
            f"{self.arrange(entry) if entry else ''}{self.like()}"
            f'<span class="row-duration">{self.duration()}</span>{self.menu()}</li>'
        )

    def play(self) -> str:
        if not self.track.is_playable:
            return ""
        label = self.words.play.format(title=self.title, artist=self.by)
        return f'<button type="button" class="row-play" data-play aria-label="{label}">{PLAY}</button>'

    def cover(self) -> str:
        return f'<img class="row-cover" src="{cover(self.track)}" alt="" width="44" height="44" loading="lazy">'

    def names(self, artist: bool = True) -> str:
        by = f'\n<a class="row-artist" href="{self.track.artist.get_absolute_url()}" dir="auto">{self.by}</a>'
        return (
            f'<span class="row-words"><a class="row-title" href="{self.track.get_absolute_url()}" dir="auto">'
            f"{self.title}</a>{by if artist else ''}</span>"
        )

    def problem(self) -> str:
        track = self.track
        if track.is_playable:
            return ""
        why = escape(track.audio_problem or str(track.get_audio_state_display()))
        is_broken = track.audio_state == Track.AudioState.BROKEN
        return (
            f'<span class="mark" title="{why}">{self.words.broken_audio if is_broken else self.words.no_audio}</span>'
        )

    def album(self) -> str:
        if not self.track.album_id:
            return ""
        return f'<a href="{self.track.album.get_absolute_url()}" dir="auto">{escape(self.track.album.title)}</a>'

    def figure(self, listens: bool, plays: int) -> str:
        if plays:
            return f'<span class="row-listens">{plays_counted(plays)}</span>'
        if listens and self.track.listens:
            return f'<span class="row-listens" title="{self.words.listens}">{grouped(self.track.listens)}</span>'
        return ""

    def licence(self) -> str:
        name, url = self.track.license, self.track.license_url
        if not url:
            return f'<span title="{escape(name)}">{self.words.licence}</span>' if name else ""
        kind = licence_kind(url)
        return (
            f'<a href="{escape(url)}" rel="license noopener" target="_blank" title="{escape(name or url)}">'
            f"{kind.short if kind else self.words.licence}</a>"
        )

    def arrange(self, entry: int) -> str:
        said = (("up", "↑", self.words.up), ("down", "↓", self.words.down), ("remove", "×", self.words.take_out))
        buttons = "".join(
            f'<button class="button quiet" form="arrange" name="do" value="{do} {entry}" '
            f'aria-label="{label.format(title=self.title)}">{sign}</button>'
            for do, sign, label in said
        )
        return f'<span class="row-form without-script">{buttons}</span>'

    def like(self) -> str:
        label = self.words.like.format(title=self.title)
        return (
            '<button type="button" class="icon-button row-like" data-like aria-pressed="false" '
            f'aria-label="{label}">{HEART}</button>'
        )

    def duration(self) -> str:
        return duration(self.track.duration_ms) if self.track.duration_ms else ""

    def menu(self) -> str:
        label = self.words.more.format(title=self.title)
        return (
            '<button type="button" class="icon-button row-menu" data-menu aria-haspopup="menu" '
            f'aria-label="{label}">{MORE}</button>'
        )


def track_row(track: Track, **shown) -> SafeString:
    return SafeString(TrackRow(track).html(**shown))


def play_row(play: Play) -> SafeString:
    """What became of a play, and when it was."""
    row = TrackRow(play.track)
    kind = "" if play.track.is_playable else " is-absent"
    simulated = f' <span class="mark">{row.words.simulated}</span>' if play.listener.is_simulated else ""
    return SafeString(
        f'<li class="row is-play{kind}" {data_attributes(play.track)}>\n'
        f'<span class="row-number" aria-hidden="true"></span>{row.play()}{row.cover()}{row.names()}'
        f'<span class="row-note outcome-{play.outcome}">{_outcome(play)}{simulated}</span>{row.like()}'
        f'<time class="row-duration" datetime="{play.started_at.isoformat()}">{play.started_at:%H:%M}</time>'
        f"{row.menu()}</li>"
    )


def _outcome(play: Play) -> str:
    if play.outcome == Play.Outcome.FINISHED:
        return words().finished
    said = words().skipped if play.outcome == Play.Outcome.SKIPPED else words().heard
    return said.format(time=duration(play.played_ms))


def ban_row(ban: Ban) -> SafeString:
    """Its button is the form's called `take-back`."""
    row = TrackRow(ban.track)
    day = escape(date_format(ban.at, gettext("j F Y")))
    label = row.words.suggest_again.format(title=row.title)
    return SafeString(
        f'<li class="row is-said" {data_attributes(ban.track)}>\n'
        f'<span class="row-number" aria-hidden="true"></span>{row.cover()}{row.names()}'
        f'<span class="row-note">{row.words.since.format(day=day)}</span>'
        '<span class="row-form"><button class="button quiet" form="take-back" name="track" '
        f'value="{ban.track_id}" aria-label="{label}">{row.words.take_back}</button></span></li>'
    )
