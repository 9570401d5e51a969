"""Counts and order of FMA's documented columns: 518 of them, 74 values of each of 7 statistics."""

from collections import Counter

from recommender.features.columns import ECHONEST_COLUMNS, FMA_COLUMNS, WIDTHS
from recommender.models import TrackFeatures


def test_fma_columns_are_the_documented_518():
    sizes = Counter(feature for feature, statistic, _ in FMA_COLUMNS if statistic == "mean")
    assert sizes == {
        "chroma_stft": 12,
        "chroma_cqt": 12,
        "chroma_cens": 12,
        "tonnetz": 6,
        "mfcc": 20,
        "rmse": 1,
        "zcr": 1,
        "spectral_centroid": 1,
        "spectral_bandwidth": 1,
        "spectral_contrast": 7,
        "spectral_rolloff": 1,
    }
    statistics = Counter(statistic for _, statistic, _ in FMA_COLUMNS)
    assert statistics == dict.fromkeys(("mean", "std", "skew", "kurtosis", "median", "min", "max"), 74)
    assert len(set(FMA_COLUMNS)) == 518


def test_fma_columns_are_sorted_as_in_the_file():
    assert list(FMA_COLUMNS) == sorted(FMA_COLUMNS)
    assert FMA_COLUMNS[0] == ("chroma_cens", "kurtosis", "01")
    assert FMA_COLUMNS[-1] == ("zcr", "std", "01")


def test_every_family_has_a_width():
    assert WIDTHS == {"fma": 518, "echonest": 8}
    assert set(WIDTHS) == set(TrackFeatures.Family.values)
    assert len(ECHONEST_COLUMNS) == 8
