"""The listener's charts of this week, this month, this year and of all time."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from streaming.charts import Day
from streaming.charts import charts as charts_of
from streaming.missing import Missing

DAY = timedelta(days=1)
EPOCH = date(1970, 1, 1)
# Each period's title, and the days before today that belong to it.
PERIODS = {
    "week": (_("This week"), 6),
    "month": (_("This month"), 29),
    "year": (_("This year"), 364),
    "all": (_("All time"), None),
}


@require_safe
@never_cache
def charts(request: HttpRequest) -> HttpResponse:
    period = request.GET.get("period", "week")
    if period not in PERIODS:
        text = gettext("{given} is no period; one of {known} is")
        raise Missing(text.format(given=repr(period[:40]), known=", ".join(PERIODS)))
    now = timezone.now()
    days = PERIODS[period][1]
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    shown = charts_of(request.listener_id, None if days is None else today - days * DAY, now)
    context = {
        "charts": shown,
        "period": period,
        "periods": [(name, title) for name, (title, _) in PERIODS.items()],
        "series": _series(shown.days),
    }
    return render(request, "pages/charts.html", context)


def _series(days: list[Day]) -> dict[str, list]:
    """As the chart's script reads them: days as seconds since 1970, and minutes heard."""
    return {
        "days": [round((day.day - EPOCH).total_seconds()) for day in days],
        "minutes": [round(day.heard_ms / 60_000, 1) for day in days],
    }
