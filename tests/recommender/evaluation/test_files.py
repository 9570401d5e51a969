import gzip
import os
from pathlib import Path

import pytest

from recommender.evaluation.files import read


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_files_share_listeners_and_items(tmp_path):
    train = written(tmp_path / "train.txt", "7 3 0\n2 1 \n\n")
    test = written(tmp_path / "test.txt", "2 4\n9 0\n")
    (first, second), listeners = read(train, test)
    assert listeners == [2, 7, 9]
    assert [one.tolist() for one in first.lists()] == [[1], [3, 0], []]
    assert [one.tolist() for one in second.lists()] == [[4], [], [0]]
    assert first.n_items == second.n_items == 5


FORM = "; needed is text, a line a listener: its number, then the numbers of its items, with spaces between"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 1 2\n1 x 3\n", ", line 2: 'x' is not a number from 0 up"),
        ("0 -1\n", ", line 1: '-1' is not a number from 0 up"),
        ("user,item\n0,1\n", ", line 1: 'user,item' is not a number from 0 up"),
        ("0 ²\n", ", line 1: '²' is not a number from 0 up"),
        ('{"a": "' + 50 * "b" + '"}', """, line 1: '{"a":' is not a number from 0 up"""),
        (50 * "b", f", line 1: '{30 * 'b'}…' is not a number from 0 up"),
        ("0 1\n0 2\n", ", line 2: listener 0 has a line already"),
        ("0 10000000\n", ", line 1: item '10000000' is too high, items are numbered from 0 to below 10,000,000"),
        (f"0 {40 * '9'}", f", line 1: item '{30 * '9'}…' is too high, items are numbered from 0 to below 10,000,000"),
        ("", " holds no listener"),
        ("\n \n", " holds no listener"),
    ],
)
def test_a_bad_file_says_where_and_what_it_should_be(tmp_path, text, message):
    path = written(tmp_path / "train.txt", text)
    with pytest.raises(ValueError) as told:
        read(path)
    assert str(told.value) == f"{path}{message}{FORM}"


def test_what_is_no_text_file_is_named(tmp_path):
    missing, packed = tmp_path / "missing.txt", tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(b"0 1 2\n"))
    for path, what in ((missing, "is not there"), (tmp_path, "is a folder"), (packed, "is no text")):
        with pytest.raises(ValueError) as told:
            read(path)
        assert str(told.value) == f"{path} {what}{FORM}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = written(tmp_path / "train.txt", "0 1\n")
    path.chmod(0)
    with pytest.raises(ValueError, match="train.txt cannot be read: Permission denied"):
        read(path)


def test_files_of_other_systems_read_alike(tmp_path):
    path = tmp_path / "train.txt"
    path.write_bytes(b"\xef\xbb\xbf7\t3\t0\r\n2\t1\r\n")
    [histories], listeners = read(path)
    assert listeners == [2, 7]
    assert [one.tolist() for one in histories.lists()] == [[1], [3, 0]]


def test_the_published_files_have_their_published_sizes(shared_data):
    """He et al. give Gowalla 29,858 listeners, 40,981 items; 7:1:2 of its 1,027,370 interactions are these."""
    (train, valid), listeners = read(shared_data / "gowalla/train.txt", shared_data / "gowalla/valid.txt")
    assert len(listeners) == 29_858
    assert train.n_items == 40_981
    assert len(train.items) + len(valid.items) == 810_128
