import numpy as np
import pytest

from recommender.rows import NO_ROW, Rows


@pytest.mark.parametrize("ids", [[0, 1, 2], [3, 5, 9], [7, 10**12], [-4, 1, 2], []], ids=str)
def test_each_id_finds_its_row_and_others_none(ids):
    asked = np.array([*ids, *range(-5, 13), 2**62, -(2**62)])
    expected = [ids.index(one) if one in ids else NO_ROW for one in asked.tolist()]
    assert Rows(np.array(ids, dtype=np.int64)).of(asked).tolist() == expected


def test_nothing_asked_is_nothing_found():
    assert Rows(np.array([3, 5])).of(np.zeros(0, dtype=np.int64)).tolist() == []
