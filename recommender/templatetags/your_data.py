from django import template

from recommender.privacy import own_shelves

register = template.Library()


@register.inclusion_tag("recommender/your_data.html", takes_context=True)
def shelves_known(context) -> dict:
    """What the recommender made of what it knows of whoever looks at the page."""
    return {"shelves": own_shelves(context["request"].listener_id)}
