"""Reasons are stored as what they are made of, and said in the language of whoever reads them."""

import json

import pytest
from django.utils.translation import override

from recommender.online.reasons import Names, Reason, Wording, said

NAMES = Names(
    {
        "track": {7: "<b>{0}</b> %s"},
        "artist": {3: "Nina"},
        "album": {},
        "genre": {1: "Folk"},
        "words": {"12": "12"},
        "day": {"2026-03-05": "2026-03-05"},
    }
)


@pytest.mark.parametrize(
    ("reason", "english", "german"),
    [
        (Reason(1, Wording.POPULAR, 1), "Popular in Folk", "Beliebt in Folk"),
        (Reason(1, Wording.POPULAR, 99), "Popular with everyone", "Bei allen beliebt"),
        (Reason(1, Wording.AGAIN), "You enjoyed it before", "Das hat dir schon gefallen"),
        (Reason(1, Wording.SOUND, 7), "Sounds like “<b>{0}</b> %s”", "Klingt wie „<b>{0}</b> %s“"),
        (Reason(1, Wording.BACK, "2026-03-05"), "You enjoyed it on 5 March", "Hat dir am 5. März gefallen"),
        (
            Reason(1, Wording.CHARACTER, 7, ("energy", "mood")),
            "Like “<b>{0}</b> %s” in energy and mood",
            "Ähnlich wie „<b>{0}</b> %s“ (Energie und Stimmung)",
        ),
    ],
)
def test_a_reason_in_each_language(reason, english, german):
    stored = json.loads(json.dumps(NAMES.says(reason)))
    with override("de"):
        assert said(stored) == german
        # What is stored beside is English whoever has it made.
        assert NAMES.text(reason) == english
    with override("en"):
        assert said(stored) == english


@pytest.mark.parametrize("wording", Wording)
def test_every_wording_is_translated(wording):
    name = "2026-03-05" if wording.names == "day" else "Nina"
    for says in [[wording.name, name], *([[wording.name, None]] if wording.without else [])]:
        with override("en"):
            english = said(says)
        with override("de"):
            assert said(says) != english
