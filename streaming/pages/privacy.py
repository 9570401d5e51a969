"""'Your data': what is known of whoever looks at it, to see, to take along, to clear and to switch off."""

import tempfile

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Min, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from streaming import exports, privacy
from streaming.audio import piece
from streaming.models import Ban, Erasure, Like, Listener, Play, Search

# Searches that the page shows; the export has all.
SEARCHES = 10
# What the page says that it has done, by the word in its address.
DONE = ("cleared", "on", "off")


class ClearForm(forms.Form):
    verdicts = forms.BooleanField(required=False, label=_("My likes, bans and chosen taste too"))


class DeleteForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, user, *args, **kwargs):
        self._user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        if not self._user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not the password of the account."))
        return self.cleaned_data["password"]


@require_safe
@never_cache
def your_data(request: HttpRequest) -> HttpResponse:
    listener_id, done = request.listener_id, request.GET.get("done")
    searches = Search.objects.filter(listener=listener_id)
    known = {
        "plays": _plays(listener_id),
        "likes": Like.objects.filter(listener=listener_id).count(),
        "bans": Ban.objects.filter(listener=listener_id).count(),
        "searches": searches.count(),
        "latest_searches": searches[:SEARCHES],
        "listener": Listener.objects.filter(pk=listener_id).first() or Listener(pk=listener_id),
        "erasure": Erasure.objects.filter(pk=listener_id).first(),
        "done": done if done in DONE else "",
    }
    return render(request, "pages/your_data.html", known)


def _plays(listener_id) -> dict:
    return Play.objects.filter(listener=listener_id).aggregate(
        all=Count("pk"),
        finished=Count("pk", filter=Q(outcome=Play.Outcome.FINISHED)),
        skipped=Count("pk", filter=Q(outcome=Play.Outcome.SKIPPED)),
        tracks=Count("track", distinct=True),
        heard_ms=Sum("played_ms", default=0),
        first=Min("started_at"),
        last=Max("last_event_at"),
    )


@require_GET
@never_cache
def export(request: HttpRequest) -> HttpResponseBase:
    """Whole or not at all: written to a file first, which has no name and is gone with the answer."""
    file = tempfile.TemporaryFile(dir=settings.VAR_DIR)  # noqa: SIM115  # the answer closes it
    try:
        exports.write(request.listener_id, file)
        file.flush()
    except OSError as error:
        # Not `file.close()`, which would try once more to write what has no room.
        file.raw.close()
        reason = f"Your data could not be written to a file, try again later: {error.strerror}\n"
        return HttpResponse(reason, status=503, content_type="text/plain; charset=utf-8")
    size = file.tell()
    headers = {"Content-Length": str(size), "Content-Disposition": 'attachment; filename="your-data.json"'}
    return StreamingHttpResponse(piece(request, file, 0, size), content_type="application/json", headers=headers)


@never_cache
def clear(request: HttpRequest) -> HttpResponse:
    form = ClearForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        privacy.clear(request.listener_id, verdicts=form.cleaned_data["verdicts"])
        return _back("cleared")
    return render(request, "pages/clear_history.html", {"form": form})


@require_POST
def personalisation(request: HttpRequest) -> HttpResponse:
    choice = request.POST.get("choice")
    if choice not in ("on", "off"):
        return HttpResponseBadRequest(f"choice is {choice!r}; it has to be 'on' or 'off'\n", content_type="text/plain")
    privacy.set_personalised(request.listener_id, choice == "on")
    return _back(choice)


@sensitive_post_parameters()
@never_cache
@login_required
def delete_account(request: HttpRequest) -> HttpResponse:
    form = DeleteForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = request.user
        logout(request)
        user.delete()
        return redirect("home")
    return render(request, "registration/delete_account.html", {"form": form})


def _back(done: str) -> HttpResponse:
    return redirect(f"{reverse('your_data')}?done={done}")
