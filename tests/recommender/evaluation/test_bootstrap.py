import numpy as np
import pytest

from recommender.evaluation.bootstrap import better, interval


def test_an_interval_is_as_wide_as_the_normal_approximation_says():
    """A mean of n values of standard deviation s is within 1.96 s / sqrt(n) of the truth in 95 of 100 cases."""
    values = np.random.default_rng(5).normal(3.0, 2.0, size=2_500)
    found = interval(values)
    half = 1.96 * values.std() / np.sqrt(2_500)
    assert found.mean == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert found.high == pytest.approx(values.mean() + half, abs=0.1 * half)


def test_listeners_who_are_not_judged_do_not_count():
    assert interval(np.array([1.0, np.nan, 3.0])).mean == 2.0
    assert np.isnan(interval(np.array([np.nan])).mean)


def test_a_small_lead_for_everybody_is_sure_though_listeners_differ_much():
    champion = np.random.default_rng(5).normal(0.0, 10.0, size=500)
    lead = better(champion + 0.1, champion)
    assert lead.low == pytest.approx(0.1)
    assert interval(champion + 0.1).low < interval(champion).high
