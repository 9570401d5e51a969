"""The kinds of Creative Commons licences, whatever their version and country, and what each asks of who uses a work."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_noop

ROOT = "https://creativecommons.org"


@dataclass(frozen=True)
class LicenceKind:
    """`asks` and such titles as are no names are translated where they are shown."""

    code: str
    short: str
    title: str
    asks: str
    # What the address of every version has in it.
    part: str

    @property
    def url(self) -> str:
        """Of the newest version, where the licence explains itself."""
        return f"{ROOT}{self.part}{'1.0' if '/publicdomain/' in self.part else '4.0'}/"


KINDS = (
    LicenceKind("by", "CC BY", "Attribution", gettext_noop("Name who made it."), "/licenses/by/"),
    LicenceKind(
        "by-sa",
        "CC BY-SA",
        "Attribution-ShareAlike",
        gettext_noop("Name who made it; share changes alike."),
        "/licenses/by-sa/",
    ),
    LicenceKind(
        "by-nd",
        "CC BY-ND",
        "Attribution-NoDerivatives",
        gettext_noop("Name who made it; change nothing."),
        "/licenses/by-nd/",
    ),
    LicenceKind(
        "by-nc",
        "CC BY-NC",
        "Attribution-NonCommercial",
        gettext_noop("Name who made it; no commercial use."),
        "/licenses/by-nc/",
    ),
    LicenceKind(
        "by-nc-sa",
        "CC BY-NC-SA",
        "Attribution-NonCommercial-ShareAlike",
        gettext_noop("Name who made it; no commercial use; share changes alike."),
        "/licenses/by-nc-sa/",
    ),
    LicenceKind(
        "by-nc-nd",
        "CC BY-NC-ND",
        "Attribution-NonCommercial-NoDerivatives",
        gettext_noop("Name who made it; no commercial use; change nothing."),
        "/licenses/by-nc-nd/",
    ),
    LicenceKind(
        "cc0",
        "CC0",
        gettext_noop("No rights reserved"),
        gettext_noop("Nothing: it may be used as one likes."),
        "/publicdomain/zero/",
    ),
    LicenceKind(
        "pdm",
        "Public domain",
        "Public Domain Mark",
        gettext_noop("Nothing: its rights have ended."),
        "/publicdomain/mark/",
    ),
)


@lru_cache(maxsize=1_000)
def kind_of(url: str) -> LicenceKind | None:
    """The kind of licence that an address names; None for one that is not Creative Commons'."""
    # Version 1.0 wrote the parts of this one in another order.
    url = url.replace("/by-nd-nc/", "/by-nc-nd/")
    return next((kind for kind in KINDS if "creativecommons.org" in url and kind.part in url), None)
