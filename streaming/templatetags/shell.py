"""What the frame of every page asks for."""

from functools import cache

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from streaming import transcoding
from streaming.pages import styles, texts

register = template.Library()

# As chosen by the listener, in a cookie: the page comes in the right colours, and nothing flashes.
THEMES = ("dark", "light", "system")


@register.simple_tag(takes_context=True)
def theme(context: RequestContext) -> str:
    request = context.get("request")
    chosen = request.COOKIES.get("theme") if request else None
    return chosen if chosen in THEMES else THEMES[0]


@register.simple_tag
def texts_address(language: str) -> str:
    return texts.address(language)


@register.simple_tag
def styles_address() -> str:
    return styles.address()


@register.simple_tag
def unchanging(name: str) -> SafeString:
    """The template as everybody sees it who reads the language: it is given nothing of the page or its reader.

    Written once; where templates are being written, each time.
    """
    return _written.__wrapped__(name, None) if settings.DEBUG else _written(name, get_language())


@cache
def _written(name: str, language: str | None) -> SafeString:
    return render_to_string(name)


@register.simple_tag
def can_transcode() -> bool:
    return transcoding.is_possible()
