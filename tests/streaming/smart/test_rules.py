"""Rules that cannot be taken are refused with the place of their fault; good ones come out in one form."""

import pytest

from streaming.models import Genre
from streaming.smart import RuleError, check

pytestmark = pytest.mark.django_db

YEAR = {"field": "year", "op": "at_least", "value": 1990}


def test_defaults_are_filled_in():
    assert check({"rules": [YEAR]}) == {"match": "all", "rules": [YEAR], "sort": "popular", "limit": 100}


def test_groups_are_kept():
    group = {"match": "any", "rules": [YEAR, {"field": "liked", "op": "is", "value": True}]}
    assert check({"rules": [YEAR, group]})["rules"] == [YEAR, group]


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        (None, "rules"),
        ([], "rules"),
        ({"rules": []}, "rules"),
        ({"rules": [YEAR], "match": "some"}, "match"),
        ({"rules": [YEAR], "sort": "best"}, "sort"),
        ({"rules": [YEAR], "limit": 0}, "limit"),
        ({"rules": [YEAR], "limit": 10_001}, "limit"),
        ({"rules": [YEAR], "limit": True}, "limit"),
        ({"rules": [YEAR], "colour": "red"}, "rules"),
        ({"rules": ["year > 1990"]}, "rules.0"),
        ({"rules": [YEAR, {"field": "mood", "op": "is", "value": 1}]}, "rules.1.field"),
        ({"rules": [{"field": "year", "op": "contains", "value": 1990}]}, "rules.0.op"),
        ({"rules": [{"field": "year", "op": "is", "value": "1990"}]}, "rules.0.value"),
        ({"rules": [{"field": "year", "op": "is", "value": True}]}, "rules.0.value"),
        ({"rules": [{"field": "year", "op": "is", "value": float("nan")}]}, "rules.0.value"),
        ({"rules": [{"field": "year", "op": "is", "value": 10**30}]}, "rules.0.value"),
        ({"rules": [{"field": "year", "op": "between", "value": [1999, 1990]}]}, "rules.0.value"),
        ({"rules": [{"field": "year", "op": "between", "value": 1990}]}, "rules.0.value"),
        ({"rules": [{"field": "genre", "op": "is", "value": 99}]}, "rules.0.value"),
        ({"rules": [{"field": "genre", "op": "is", "value": [1]}]}, "rules.0.value"),
        ({"rules": [{"field": "licence", "op": "is", "value": "mine"}]}, "rules.0.value"),
        ({"rules": [{"field": "liked", "op": "is", "value": "yes"}]}, "rules.0.value"),
        ({"rules": [{"field": "title", "op": "contains", "value": " "}]}, "rules.0.value"),
        ({"rules": [{"field": "title", "op": "contains", "value": "x" * 201}]}, "rules.0.value"),
        ({"rules": [{"field": "last_played", "op": "within", "value": -1}]}, "rules.0.value"),
        ({"rules": [{"field": "last_played", "op": "within", "value": 10**6}]}, "rules.0.value"),
        ({"rules": [{"rules": [{"rules": [YEAR]}]}]}, "rules.0.rules.0"),
        ({"rules": [{"rules": []}]}, "rules.0.rules"),
        ({"rules": [YEAR] * 51}, "rules"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_place(rules, place):
    Genre.objects.create(title="Folk", track_count=1)
    with pytest.raises(RuleError) as refused:
        check(rules)
    assert refused.value.place == place
