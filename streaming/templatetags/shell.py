"""What the frame of every page asks for."""

from django import template
from django.template.context import RequestContext

from streaming import transcoding
from streaming.pages import texts

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
def can_transcode() -> bool:
    return transcoding.is_possible()
