"""Checking rules: what comes from a form, a file or the API is taken whole or refused with the place of its fault."""

import math

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from streaming.smart.fields import FIELDS, Field, Kind

MATCHES = {"all": _("all of them"), "any": _("any of them")}
SORTS = {
    "popular": _("most listened first"),
    "random": _("by chance, anew each day"),
    "added": _("recently added first"),
    "year": _("newest first"),
    "title": _("by title"),
    "most_played": _("most played by me first"),
    "shortest": _("shortest first"),
    "longest": _("longest first"),
}
MOST_RULES = 50
MOST_TRACKS = 10_000
USUAL_LIMIT = 100
LONGEST_TEXT = 200
# Beyond what any column holds, and within what every database compares.
LARGEST_NUMBER = 10**9
MOST_DAYS = 36_500


class RuleError(ValueError):
    """`place` leads to what is wrong, as "rules.2.value"."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


def check(rules: object) -> dict:
    """The rules in their one form, with defaults filled in; raises RuleError."""
    if not isinstance(rules, dict):
        raise RuleError("rules", gettext("{value} is not an object with match and rules").format(value=_shown(rules)))
    _no_others(rules, {"match", "rules", "sort", "limit"}, "rules")
    found = {
        "match": _one_of(rules.get("match", "all"), MATCHES, "match"),
        "rules": _list(rules, "rules", may_group=True),
        "sort": _one_of(rules.get("sort", "popular"), SORTS, "sort"),
        "limit": _limit(rules.get("limit", USUAL_LIMIT)),
    }
    count = sum(len(rule["rules"]) if "rules" in rule else 1 for rule in found["rules"])
    if count > MOST_RULES:
        text = gettext("{count} rules are too many: {most} at most are taken")
        raise RuleError("rules", text.format(count=count, most=MOST_RULES))
    return found


def _list(group: dict, place: str, *, may_group: bool) -> list[dict]:
    rules = group.get("rules")
    if not isinstance(rules, list) or not rules:
        raise RuleError(place, gettext("there is no rule: name at least one"))
    return [_rule(rule, f"{place}.{number}", may_group) for number, rule in enumerate(rules)]


def _rule(rule: object, place: str, may_group: bool) -> dict:
    if not isinstance(rule, dict):
        raise RuleError(place, gettext("{value} is not a rule with field, op and value").format(value=_shown(rule)))
    if "rules" in rule:
        if not may_group:
            raise RuleError(place, gettext("a group cannot hold another group"))
        _no_others(rule, {"match", "rules"}, place)
        match = _one_of(rule.get("match", "all"), MATCHES, f"{place}.match")
        return {"match": match, "rules": _list(rule, f"{place}.rules", may_group=False)}
    _no_others(rule, {"field", "op", "value"}, place)
    field = FIELDS[_one_of(rule.get("field"), FIELDS, f"{place}.field")]
    op = _one_of(rule.get("op"), field.operators, f"{place}.op")
    return {"field": field.name, "op": op, "value": _value(field, op, rule.get("value"), f"{place}.value")}


def _value(field: Field, op: str, value: object, place: str) -> object:
    if field.kind is Kind.CHOICE:
        return _choice(field, value, place)
    if field.kind is Kind.FLAG:
        if not isinstance(value, bool):
            raise RuleError(place, gettext("{value} is neither true nor false").format(value=_shown(value)))
        return value
    if field.kind is Kind.TEXT:
        return _text(value, place)
    if op == "between":
        return _range(value, place)
    return _number(value, place, least=0 if field.kind is Kind.DAYS else None)


def _choice(field: Field, value: object, place: str) -> object:
    known = [each for each, _ in field.choices()]
    if isinstance(value, bool) or value not in known:
        some = ", ".join(str(each) for each in known[:8])
        text = gettext("{value} is none of those that there are for “{field}”, such as {some}")
        raise RuleError(place, text.format(value=_shown(value), field=field.title, some=some))
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        text = gettext("{value} is not a text of 1 to {most} characters")
        raise RuleError(place, text.format(value=_shown(value), most=LONGEST_TEXT))
    return value.replace("\x00", "").strip()


def _range(value: object, place: str) -> list[float]:
    if not isinstance(value, list) or len(value) != 2:
        text = gettext("{value} is not a pair of numbers, the lower first")
        raise RuleError(place, text.format(value=_shown(value)))
    low, high = (_number(each, place) for each in value)
    if low > high:
        text = gettext("{low} is more than {high}: the lower number comes first")
        raise RuleError(place, text.format(low=low, high=high))
    return [low, high]


def _number(value: object, place: str, least: float | None = None) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RuleError(place, gettext("{value} is not a number").format(value=_shown(value)))
    if abs(value) > LARGEST_NUMBER or (least is not None and not least <= value <= MOST_DAYS):
        low, high = (-LARGEST_NUMBER, LARGEST_NUMBER) if least is None else (least, MOST_DAYS)
        text = gettext("{value} is not from {least} to {most}")
        raise RuleError(place, text.format(value=_shown(value), least=low, most=high))
    return value


def _limit(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_TRACKS:
        text = gettext("{value} is not a whole number from {least} to {most}")
        raise RuleError("limit", text.format(value=_shown(value), least=1, most=MOST_TRACKS))
    return value


def _one_of(value: object, known: dict, place: str) -> str:
    if not isinstance(value, str) or value not in known:
        text = gettext("{value} is unknown; one of {known} is meant")
        raise RuleError(place, text.format(value=_shown(value), known=", ".join(known)))
    return value


def _no_others(given: dict, known: set[str], place: str) -> None:
    if others := given.keys() - known:
        text = gettext("{value} means nothing here; {known} do")
        other = sorted(map(str, others))[0]
        raise RuleError(place, text.format(value=_shown(other), known=", ".join(sorted(known))))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
