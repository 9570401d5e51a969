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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 1 2\n1 x 3\n", "line 2: 'x' is not a number from 0 up"),
        ("0 -1\n", "line 1: '-1' is not"),
        ("0 1\n0 2\n", "line 2: listener 0 has a line already"),
        ("\n \n", "holds no listener"),
    ],
)
def test_a_bad_file_says_where(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read(written(tmp_path / "train.txt", text))


def test_the_published_files_have_their_published_sizes(shared_data):
    """He et al. give Gowalla 29,858 listeners, 40,981 items; 7:1:2 of its 1,027,370 interactions are these."""
    (train, valid), listeners = read(shared_data / "gowalla/train.txt", shared_data / "gowalla/valid.txt")
    assert len(listeners) == 29_858
    assert train.n_items == 40_981
    assert len(train.items) + len(valid.items) == 810_128
