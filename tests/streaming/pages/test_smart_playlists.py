"""The editor of rules, sent whole with each of its buttons."""

import pytest

from streaming.models import Playlist

RULE = {"group": "0", "field": "listens", "op": "at_least", "value": "2", "to": ""}


def form(*rules: dict, groups: tuple = ("all",), **others) -> dict:
    columns = {name: [rule[name] for rule in rules] for name in ("group", "field", "op", "value", "to")}
    return (
        columns
        | {"group_match": list(groups), "match": "all", "sort": "popular", "limit": "100", "name": "Mine"}
        | others
    )


def drafted(page) -> list[list[str]]:
    return [[rule["field"] for rule in group["rules"]] for group in page.context["draft"]["groups"]]


def test_a_new_one_begins_with_one_rule(client, me):
    page = client.get("/playlists/rules/")
    assert drafted(page) == [["genre"]]
    assert "Tempo" in page.text


def test_saved_rules_make_a_playlist_that_can_be_edited_again(client, me, make_tracks):
    make_tracks(4)
    page = client.post("/playlists/rules/", form(RULE, do="save"), follow=True)
    made = page.context["playlist"]
    assert made.rules == {
        "match": "all",
        "rules": [{"field": "listens", "op": "at_least", "value": 2}],
        "sort": "popular",
        "limit": 100,
    }
    assert [row["track"].listens for row in page.context["page"].rows] == [3, 2]
    again = client.get(f"/playlists/{made.pk}/rules/")
    assert again.context["draft"]["groups"][0]["rules"][0]["value"] == "2"
    client.post(f"/playlists/{made.pk}/rules/", form(RULE | {"value": "3"}, do="save", name="Changed"))
    made.refresh_from_db()
    assert (made.name, made.rules["rules"][0]["value"]) == ("Changed", 3)


def test_groups_go_through_the_form_and_back(client, me):
    rules = [RULE, {"group": "1", "field": "year", "op": "between", "value": "1990", "to": "1999"}]
    rules.append({"group": "1", "field": "liked", "op": "is", "value": "true", "to": ""})
    page = client.post("/playlists/rules/", form(*rules, groups=("all", "any"), do="save"), follow=True)
    made = page.context["playlist"]
    assert made.rules["rules"] == [
        {"match": "all", "rules": [{"field": "listens", "op": "at_least", "value": 2}]},
        {
            "match": "any",
            "rules": [
                {"field": "year", "op": "between", "value": [1990, 1999]},
                {"field": "liked", "op": "is", "value": True},
            ],
        },
    ]
    groups = client.get(f"/playlists/{made.pk}/rules/").context["draft"]["groups"]
    assert [group["match"] for group in groups] == ["all", "any"]
    assert [(rule["value"], rule["to"]) for rule in groups[1]["rules"]] == [("1990", "1999"), ("true", "")]


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("add-rule 0", [["listens", "genre"], ["year"]]),
        ("add-group", [["listens"], ["year"], ["genre"]]),
        ("drop 0 0", [["year"]]),
        ("drop 9 9", [["listens"], ["year"]]),
        ("drop", [["listens"], ["year"]]),
        ("redraw", [["listens"], ["year"]]),
        ("", [["listens"], ["year"]]),
    ],
)
def test_buttons_change_the_draft_and_save_nothing(client, me, do, expected):
    other = {"group": "1", "field": "year", "op": "is", "value": "1994", "to": ""}
    assert drafted(client.post("/playlists/rules/", form(RULE, other, groups=("all", "all"), do=do))) == expected
    assert not Playlist.objects.exists()


def test_the_last_rule_gives_way_to_a_fresh_one(client, me):
    assert drafted(client.post("/playlists/rules/", form(RULE, do="drop 0 0"))) == [["genre"]]


def test_trying_shows_what_is_found_and_saves_nothing(client, me, make_tracks):
    make_tracks(4)
    page = client.post("/playlists/rules/", form(RULE, do="try"))
    assert page.context["count"] == 2
    assert [track.listens for track in page.context["tracks"]] == [3, 2]
    assert not Playlist.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": "many"}, "Rule 1: &#x27;many&#x27; is not a number"),
        ({"value": ""}, "is not a number"),
        ({"value": "nan"}, "is not a number"),
        ({"value": "1e999"}, "is not a number"),
        ({"op": "between", "value": "9", "to": "2"}, "the lower number comes first"),
        ({"op": "like"}, "is unknown"),
        ({"field": "genre", "op": "is", "value": "77"}, "is none of those that there are"),
        ({"field": "title", "op": "contains", "value": "<script>alert(1)</script>" * 20}, "is not a text of 1 to 200"),
    ],
)
def test_a_rule_that_cannot_be_is_told_and_what_was_typed_stays(client, me, change, words):
    page = client.post("/playlists/rules/", form(RULE | change, do="save"))
    assert page.status_code == 400
    assert words in page.text
    assert "<script>alert" not in page.text
    assert page.context["draft"]["groups"][0]["rules"][0]["value"] == (RULE | change)["value"]


@pytest.mark.parametrize("limit", ["0", "x", "9" * 5000, "1.5"])
def test_a_limit_that_is_none_is_told(client, me, limit):
    assert (
        "is not a whole number from 1 to 10000"
        in client.post("/playlists/rules/", form(RULE, do="save", limit=limit)).text
    )


def test_a_nameless_one_is_told(client, me):
    assert "A playlist needs a name" in client.post("/playlists/rules/", form(RULE, do="save", name="")).text


@pytest.mark.parametrize("group", ["7", "-1", "x", ""])
def test_a_rule_of_no_group_is_left_out(client, me, group):
    assert drafted(client.post("/playlists/rules/", form(RULE | {"group": group}, do="redraw"))) == [["genre"]]


def test_rules_that_let_nothing_through_say_so(client, me, make_tracks):
    make_tracks(1)
    page = client.post("/playlists/rules/", form(RULE | {"value": "99"}, do="save"), follow=True)
    assert "No track is like that" in page.text
