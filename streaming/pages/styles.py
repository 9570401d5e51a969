"""The style sheets of the pages in one answer: nothing is painted before the last of them has come, and nine requests
take the server nine times as long as one. Its address is another when they are."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from streaming.pages.texts import A_YEAR

# In the order in which they overrule each other.
SHEETS = ("tokens", "base", "shell", "pages", "lists", "taste", "library", "search", "player", "lyrics", "paint")


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
@gzip_page
def styles(request: HttpRequest, version: str) -> HttpResponse:
    """`version` is for caches, which keep it for a year."""
    return HttpResponse(joined(), content_type="text/css; charset=utf-8")


def address() -> str:
    return reverse("styles", args=[_version(joined()) if settings.DEBUG else _standing_version()])


def joined() -> bytes:
    folder = Path(settings.STATICFILES_DIRS[0], "css")
    return b"\n".join((folder / f"{name}.css").read_bytes() for name in SHEETS)


@cache
def _standing_version() -> str:
    """Files change with a release only, but where they are being written."""
    return _version(joined())


def _version(sheets: bytes) -> str:
    return hashlib.blake2b(sheets, digest_size=6).hexdigest()
