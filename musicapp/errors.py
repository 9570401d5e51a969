"""What is answered where a request fails: plainly, and by what is missing."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import server_error

from streaming.missing import Missing

AWAY = (OperationalError, InterfaceError)
# Seconds after which it is worth asking again.
RETRY_AFTER = "5"


def missing(request: HttpRequest, exception: Http404) -> HttpResponse:
    """Django's `handler404`: what is missing, where the page can say it in the listener's words."""
    reason = str(exception) if isinstance(exception, Missing) else ""
    return render(request, "404.html", {"reason": reason}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`, within whose call the error is at hand: 503 where the database is away, else 500."""
    if not isinstance(sys.exc_info()[1], AWAY):
        return server_error(request)
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse({"detail": "the database does not answer: try again later"}, status=503)
    else:
        # Without the request, whose user would be asked for.
        response = render(None, "503.html", status=503)
    response["Retry-After"] = RETRY_AFTER
    return response
