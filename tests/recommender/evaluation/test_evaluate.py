"""`manage.py evaluate` as it is used, on small files with a provable answer."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

# Items 0–3 belong together, and 4–7: whoever has three of four wants the fourth.
TRAIN = "0 0 1 2\n1 1 2 3\n2 0 2 3\n3 0 1 2 3\n10 4 5 6\n11 5 6 7\n12 4 6 7\n13 4 5 6 7\n"
TEST = "0 3\n1 0\n2 1\n10 7\n11 4\n12 5\n"


@pytest.fixture
def files(tmp_path) -> dict:
    (tmp_path / "train.txt").write_text(TRAIN)
    (tmp_path / "test.txt").write_text(TEST)
    return {"train": tmp_path / "train.txt", "test": tmp_path / "test.txt"}


def test_the_item_that_goes_with_the_others_is_found(files, capsys):
    call_command("evaluate", **files, k=[1], json=True, model=["ease", "popularity"])
    found = json.loads(capsys.readouterr().out)
    assert found["listeners"] == 8
    assert found["with_held_out"] == 6
    assert found["items"] == 8
    assert list(found["models"]) == ["ease", "popularity"]
    ease = found["models"]["ease"]["@1"]
    assert ease["recall"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    # Items 2 and 6 are the most popular: those who lack one have it offered, and it is nobody's held-out item.
    popularity = found["models"]["popularity"]["@1"]
    assert popularity["recall"]["mean"] < 1
    assert popularity["ndcg_lead"]["high"] <= 0


def test_recommendations_can_be_judged_by_others(files, tmp_path):
    call_command("evaluate", **files, k=[2], model=["ease"], write_recommendations=tmp_path / "lists.txt")
    lists = {row[0]: row[1:] for row in (line.split() for line in (tmp_path / "lists.txt").read_text().splitlines())}
    assert list(lists) == ["0", "1", "2", "3", "10", "11", "12", "13"]
    assert lists["0"][0] == "3"
    assert lists["11"][0] == "4"
    assert all(len(items) == 2 for items in lists.values())


def test_a_table_has_a_column_a_model(files, capsys):
    call_command("evaluate", **files, k=[1, 3], model=["popularity", "ease"])
    blocks = capsys.readouterr().out.strip().split("\n\n")
    assert [block.split()[0] for block in blocks] == ["@1", "@3"]
    assert "1.0000 ± 0.0000" in blocks[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": [0]}, "--k 0: at least 1"),
        ({"train": None}, "--train and --test go together; of each, needed is text, a line a listener"),
        ({"model": ["preset"]}, "--model preset needs --preset"),
        ({"model": ["ease", "content"]}, "--model content needs the features of tracks, which files of plays do not"),
        ({"test": Path("nothing-here.txt")}, "^nothing-here.txt is not there; needed is text, a line a listener"),
        ({"write_recommendations": Path("/nowhere/lists.txt")}, "lists.txt: there is no folder /nowhere$"),
        ({"write_recommendations": Path("/")}, "--write-recommendations /: that is a folder"),
        ({"preset": "sequences", "model": None}, "no history has 5 items: there is nothing to learn weights from"),
    ],
)
def test_a_wrong_argument(files, options, message):
    with pytest.raises(CommandError, match=message):
        call_command("evaluate", **(files | {"model": ["ease"]} | options))


def test_a_bad_line_is_named(files):
    files["train"].write_text("0 1 zwei\n")
    with pytest.raises(CommandError, match="line 1: 'zwei' is not a number"):
        call_command("evaluate", **files, model=["ease"])


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        ("0\n1\n", "0 1\n", "train.txt has no item of any listener: there is nothing to learn from"),
        ("0 1\n", "0\n", "test.txt has no item of any listener: there is nothing to find"),
        ("0 1\n", "1 0\n", "test.txt and .*train.txt have no listener in common: are they parts of one data set"),
    ],
)
def test_files_that_do_not_belong_together(files, train, test, message):
    files["train"].write_text(train)
    files["test"].write_text(test)
    with pytest.raises(CommandError, match=message):
        call_command("evaluate", **files, model=["popularity"])
