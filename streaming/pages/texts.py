"""The texts of the page's scripts in one language, at an address that is another when they are."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

from streaming.missing import Missing

A_YEAR = 365 * 24 * 60 * 60


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def texts(request: HttpRequest, language: str, version: str) -> HttpResponse:
    """Django's catalogue of the language; `version` is for caches, which keep it for a year."""
    if language not in dict(settings.LANGUAGES):
        text = translation.gettext("{given} is no language here; one of {known} is")
        raise Missing(text.format(given=repr(language[:20]), known=", ".join(dict(settings.LANGUAGES))))
    with translation.override(language):
        return JavaScriptCatalog.as_view()(request)


def address(language: str) -> str:
    """Where the scripts' texts are; empty for the language that they are written in."""
    return "" if language == settings.LANGUAGE_CODE else reverse("texts", args=[language, _version(language)])


@cache
def _version(language: str) -> str:
    """Of the compiled catalogue, which changes with the release."""
    files = (Path(folder, language, "LC_MESSAGES", "djangojs.mo") for folder in settings.LOCALE_PATHS)
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=6).hexdigest()
