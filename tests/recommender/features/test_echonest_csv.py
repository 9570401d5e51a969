"""FMA's echonest.csv: eight audio features among metadata, ranks and temporal features."""

import csv
import json

import numpy as np

from recommender.features.echonest_csv import import_echonest
from recommender.features.store import feature_store
from streaming.models import Track

AUDIO = [
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "liveness",
    "speechiness",
    "tempo",
    "valence",
]
OTHERS = [("metadata", "album_name"), ("ranks", "artist_discovery_rank"), ("temporal_features", "000")]
HEADER = [
    ["", *(["echonest"] * 11)],
    ["", *(["audio_features"] * 8), *(group for group, _ in OTHERS)],
    ["", *AUDIO, *(name for _, name in OTHERS)],
    ["track_id", *([""] * 11)],
]


def write(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([*HEADER, *rows])
    return path


def test_the_eight_audio_features(tmp_path, artist):
    track = Track.objects.create(title="Food", artist=artist, fma_id=2)
    features = [0.4166752327, 0.6758939853, 0.6344762684, 0.0106280683, 0.1776465712, 0.1593100648, 165.9220, 0.5766609]
    reported = []
    path = write(
        tmp_path / "echonest.csv",
        [
            [2, *features, "AWOL - A Way, Of Life", "", "0.877"],
            [3, *features[:6], "fast", 0.5, "", "", ""],
            [4, *features, "", "", ""],
        ],
    )
    assert import_echonest(path, report=lambda *bad: reported.append(bad)) == 1
    np.testing.assert_allclose(feature_store().get("echonest", [track.pk])[track.pk], features, rtol=1e-6)
    assert feature_store().count("fma") == 0
    assert reported == [(6, "echonest/audio_features/tempo", "fast")]


def test_real_features(tmp_path, artist, shared_data):
    metrics = json.loads((shared_data / "fma" / "echonest-metrics.json").read_text())
    rows = [[metrics[name][str(n)] for name in ("track_id", *AUDIO)] for n in range(500)]
    Track.objects.bulk_create(Track(title="", artist=artist, fma_id=row[0]) for row in rows)
    path = write(tmp_path / "echonest.csv", [[*row, "", "", ""] for row in rows])
    assert import_echonest(path) == 500
    track = Track.objects.get(fma_id=rows[499][0])
    np.testing.assert_allclose(feature_store().get("echonest", [track.pk])[track.pk], rows[499][1:], rtol=1e-6)
