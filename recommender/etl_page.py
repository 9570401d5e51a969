"""The admin's page of how far extraction, transform and index are, and its buttons that have tracks tried again."""

import re

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from recommender.features.extraction import FAMILY
from recommender.features.quarantine import retry
from recommender.features.status import Status, status
from recommender.features.store import FeatureStore, FeatureStoreUnavailable, feature_store
from streaming.models import Track

NAME, RETRY_NAME = "recommender_etl_status", "recommender_etl_retry"
VIEW, CHANGE = "recommender.view_trackfeatures", "recommender.change_trackfeatures"
# Quarantined tracks listed on one page.
PAGE_SIZE = 25


class Quarantine:
    """The problems of a store as a sequence that a Paginator takes; each has its track's title."""

    def __init__(self, store: FeatureStore, length: int) -> None:
        self._store = store
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, rows: slice) -> list[dict[str, object]]:
        problems = self._store.problems(FAMILY, offset=rows.start, limit=rows.stop - rows.start)
        titles = dict(Track.objects.filter(pk__in=[p.track_id for p in problems]).values_list("pk", "title"))
        return [
            {"track_id": p.track_id, "title": titles.get(p.track_id), "reason": p.reason, "at": p.at} for p in problems
        ]


@require_GET
def status_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    now = status()
    problem, quarantined = now.problem, None
    try:
        quarantined = None if problem else _quarantined(request, now)
    except FeatureStoreUnavailable as error:
        problem = str(error)
    context = site.each_context(request) | {
        "title": "Features and their index",
        "status": now,
        "problem": problem,
        "extracted": next((family for family in now.families if family.name == FAMILY), None),
        "quarantined": quarantined,
        "may_retry": request.user.has_perm(CHANGE),
    }
    return TemplateResponse(request, "admin/recommender/status.html", context)


def _quarantined(request: HttpRequest, now: Status) -> Page:
    length = sum(family.quarantined for family in now.families if family.name == FAMILY)
    page = Paginator(Quarantine(feature_store(), length), PAGE_SIZE).get_page(request.GET.get("page"))
    page.elided = page.paginator.get_elided_page_range(page.number)
    return page


@require_POST
def retry_page(request: HttpRequest) -> HttpResponseRedirect:
    """Has one `track` tried again, or all of one `kind` of reason, or with neither all."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    track, kind = request.POST.get("track"), request.POST.get("kind")
    if track is not None and not re.fullmatch(r"[0-9]{1,18}", track):
        messages.error(request, f"{track!r} is no track's number: nothing was changed")
        return redirect(f"admin:{NAME}")
    try:
        count = retry(feature_store(), FAMILY, None if track is None else [int(track)], kind=kind)
    except FeatureStoreUnavailable as error:
        messages.error(request, f"They could not be taken out of quarantine: {error}")
    else:
        done = messages.success if count else messages.warning
        done(request, f"{count:,} {'track' if count == 1 else 'tracks'} will be tried again")
    return redirect(f"admin:{NAME}")
