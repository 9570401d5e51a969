"""The editor of rules: a form that needs no script. Each of its buttons sends it whole, and gets it back changed."""

import uuid

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from streaming import playlists, smart
from streaming.models import Playlist, Track
from streaming.playlists import PlaylistError
from streaming.smart.fields import FIELDS, Kind
from streaming.smart.rules import MATCHES, SORTS, USUAL_LIMIT

# What the editor calls what is no rule.
PLACES = {"limit": gettext_lazy("Limit"), "sort": gettext_lazy("Sort"), "rules": gettext_lazy("Rules")}
# Tracks shown beside the editor.
SHOWN = 10
BEGUN_WITH = {"field": "genre", "op": "is", "value": "", "to": ""}


@never_cache
def new(request: HttpRequest) -> HttpResponse:
    return _editor(request, None)


@never_cache
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    shown = get_object_or_404(Playlist, pk=pk, listener=request.listener_id, rules__isnull=False)
    return _editor(request, shown)


def _editor(request: HttpRequest, playlist: Playlist | None) -> HttpResponse:
    if request.method != "POST":
        draft = _of_rules(playlist.rules if playlist else None)
        return _show(request, playlist, draft, name=playlist.name if playlist else "")
    draft, name, do = _of_form(request.POST), request.POST.get("name", ""), request.POST.get("do", "")
    if do not in ("save", "try"):
        return _show(request, playlist, _changed(draft, do), name=name)
    try:
        rules = smart.check(_as_rules(draft))
        if do == "save":
            return redirect(_save(request, playlist, name, rules))
    except smart.RuleError as error:
        return _show(request, playlist, draft, name=name, error=_in_words(error))
    except PlaylistError as error:
        return _show(request, playlist, draft, name=name, error=str(error))
    return _show(request, playlist, draft, name=name, rules=rules)


def _save(request: HttpRequest, playlist: Playlist | None, name: str, rules: dict) -> Playlist:
    if playlist is None:
        return playlists.create(listener_id=request.listener_id, name=name, rules=rules)
    playlist.rules = rules
    return playlists.change(playlist, {"name": name})


def _show(request, playlist, draft: dict, *, name: str, error: str = "", rules: dict | None = None) -> HttpResponse:
    groups = [group | {"rules": [_drawn(rule) for rule in group["rules"]]} for group in draft["groups"]]
    ids = smart.tracks(rules, request.listener_id) if rules else None
    found = Track.objects.for_list().in_bulk(ids[:SHOWN]) if ids else {}
    context = {
        "playlist": playlist,
        "name": name,
        "draft": draft | {"groups": groups},
        "fields": list(FIELDS.values()),
        "matches": MATCHES,
        "sorts": SORTS,
        "error": error,
        "count": None if ids is None else len(ids),
        "tracks": [found[pk] for pk in (ids or [])[:SHOWN] if pk in found],
    }
    return render(request, "pages/smart_playlist.html", context, status=400 if error else 200)


def _drawn(rule: dict) -> dict:
    """With what the form needs to draw it: the operators and choices of its field."""
    field = FIELDS[rule["field"]]
    op = rule["op"] if rule["op"] in field.operators else next(iter(field.operators))
    choices = [(str(value), title) for value, title in field.choices()] if field.choices else []
    return rule | {"kind": field.kind, "unit": field.unit, "op": op, "operators": field.operators, "choices": choices}


def _of_form(form: QueryDict) -> dict:
    """The draft as the form has it; what it cannot have sent is left out."""
    columns = [form.getlist(name) for name in ("group", "field", "op", "value", "to")]
    matches = form.getlist("group_match") or ["all"]
    groups = [{"match": match, "rules": []} for match in matches]
    for group, field, op, value, to in zip(*columns, strict=False):
        if field in FIELDS and group.isdecimal() and int(group) < len(groups):
            groups[int(group)]["rules"].append({"field": field, "op": op, "value": value, "to": to})
    return {
        "match": form.get("match", "all"),
        "groups": [group for group in groups if group["rules"]] or [_begun()],
        "sort": form.get("sort", "popular"),
        "limit": form.get("limit", str(USUAL_LIMIT)),
    }


def _of_rules(rules: dict | None) -> dict:
    """Saved rules as a draft: rules that stand beside groups become groups of one."""
    if rules is None:
        return {"match": "all", "groups": [_begun()], "sort": "popular", "limit": str(USUAL_LIMIT)}
    if not any("rules" in rule for rule in rules["rules"]):
        groups = [{"match": rules["match"], "rules": [_row(rule) for rule in rules["rules"]]}]
    else:
        groups = [
            {"match": rule.get("match", "all"), "rules": [_row(each) for each in rule.get("rules", [rule])]}
            for rule in rules["rules"]
        ]
    return {"match": rules["match"], "groups": groups, "sort": rules["sort"], "limit": str(rules["limit"])}


def _row(rule: dict) -> dict:
    value, to = rule["value"] if isinstance(rule["value"], list) else (rule["value"], "")
    value = str(value).lower() if isinstance(value, bool) else str(value)
    return {"field": rule["field"], "op": rule["op"], "value": value, "to": str(to)}


def _as_rules(draft: dict) -> dict:
    groups = [{"match": group["match"], "rules": [_rule(row) for row in group["rules"]]} for group in draft["groups"]]
    ending = {"sort": draft["sort"], "limit": _number(draft["limit"])}
    return (groups[0] if len(groups) == 1 else {"match": draft["match"], "rules": groups}) | ending


def _rule(row: dict) -> dict:
    kind = FIELDS[row["field"]].kind
    value: object = row["value"].strip()
    if row["op"] == "between":
        value = [_number(row["value"]), _number(row["to"])]
    elif kind in (Kind.NUMBER, Kind.DAYS):
        value = _number(row["value"])
    elif kind is Kind.FLAG:
        value = {"true": True, "false": False}.get(row["value"], row["value"])
    elif row["field"] == "genre":
        value = _number(row["value"])
    return {"field": row["field"], "op": row["op"], "value": value}


def _number(text: str) -> float | str:
    """As it was typed where that is no number: the check says so."""
    try:
        number = float(text)
    except (ValueError, OverflowError):
        return text
    return int(number) if number.is_integer() else number


def _changed(draft: dict, do: str) -> dict:
    """`do` is "add-rule N", "add-group", "drop N M", or anything else where a field was chosen anew."""
    name, *numbers = do.split() or [""]
    places = [int(number) for number in numbers if number.isdecimal()]
    groups = draft["groups"]
    if name == "add-group":
        groups.append(_begun())
    elif name == "add-rule" and len(places) == 1 and places[0] < len(groups):
        groups[places[0]]["rules"].append(dict(BEGUN_WITH))
    elif name == "drop" and len(places) == 2 and places[0] < len(groups):
        del groups[places[0]]["rules"][places[1] : places[1] + 1]
    return draft | {"groups": [group for group in groups if group["rules"]] or [_begun()]}


def _begun() -> dict:
    return {"match": "all", "rules": [dict(BEGUN_WITH)]}


def _in_words(error: smart.RuleError) -> str:
    """The place as the form numbers it: its first rule is 1."""
    numbers = [str(int(part) + 1) for part in error.place.split(".") if part.isdecimal()]
    if numbers:
        return _("Rule {number}: {fault}").format(number=".".join(numbers), fault=error.message)
    return f"{PLACES.get(error.place, error.place)}: {error.message}"
