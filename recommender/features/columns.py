"""What each place of a feature vector means, family by family."""

import hashlib

# FMA's eleven features and how many values each has in one frame (Defferrard et al., "FMA: A Dataset for Music
# Analysis", ISMIR 2017). `rmse` and `zcr` are FMA's names for root-mean-square energy and zero-crossing rate.
FMA_SIZES = {
    "chroma_cens": 12,
    "chroma_cqt": 12,
    "chroma_stft": 12,
    "mfcc": 20,
    "rmse": 1,
    "spectral_bandwidth": 1,
    "spectral_centroid": 1,
    "spectral_contrast": 7,
    "spectral_rolloff": 1,
    "tonnetz": 6,
    "zcr": 1,
}

# What is kept of a feature's course over the frames of a clip.
STATISTICS = ("kurtosis", "max", "mean", "median", "min", "skew", "std")

# (feature, statistic, number), in the sorted order of the columns of FMA's features.csv.
FMA_COLUMNS = tuple(
    (feature, statistic, f"{number:02d}")
    for feature, size in FMA_SIZES.items()
    for statistic in STATISTICS
    for number in range(1, size + 1)
)

# Echo Nest's audio features of echonest.csv: (source, group, feature).
ECHONEST_COLUMNS = tuple(
    ("echonest", "audio_features", name)
    for name in (
        "acousticness",
        "danceability",
        "energy",
        "instrumentalness",
        "liveness",
        "speechiness",
        "tempo",
        "valence",
    )
)

# The columns of each family; the keys are those of `TrackFeatures.Family`.
COLUMNS = {"fma": FMA_COLUMNS, "echonest": ECHONEST_COLUMNS}
# Values in one vector of a family.
WIDTHS = {family: len(columns) for family, columns in COLUMNS.items()}


def digest(family: str) -> str:
    """Stands for a family's columns and their order: what was learned of others does not fit them."""
    names = "\n".join("/".join(column) for column in COLUMNS[family])
    return hashlib.sha256(names.encode()).hexdigest()[:16]
