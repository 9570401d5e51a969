from django import template

from recommender.shelves import shown

register = template.Library()


@register.inclusion_tag("recommender/shelves.html", takes_context=True)
def shelves(context) -> dict:
    """The shelves of whoever looks at the page, as they stand."""
    return {"shelves": shown(context["request"].listener_id)}
