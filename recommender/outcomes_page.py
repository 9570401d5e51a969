"""The admin's page of what became of what was recommended."""

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from recommender.evaluation.outcomes import SHELVES, WHAT, Rate, outcomes

NAME = "recommender_outcomes"
VIEW = "recommender.view_modelrun"


@require_GET
def outcomes_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    rows = [{"outcome": row, "rates": [_in_words(row.rates.get(name)) for name in WHAT]} for row in outcomes()]
    context = site.each_context(request) | {
        "title": "What became of recommendations",
        "rows": rows,
        "what": WHAT,
        "shelves": SHELVES,
    }
    return TemplateResponse(request, "admin/recommender/outcomes.html", context)


def _in_words(rate: Rate | None) -> dict[str, object] | None:
    if rate is None or not rate.of:
        return None
    low, high = rate.limits
    return {"count": rate.count, "share": f"{rate.share:.0%}", "low": f"{low:.0%}", "high": f"{high:.0%}"}
