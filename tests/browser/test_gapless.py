"""From one track to the next: the gap, and the fade, measured in what is sent to the loudspeakers."""

import shutil

import numpy as np
import pytest

from tests.browser.player import choose, expect_playing, play_first, wait_for_event, wait_for_position
from tests.browser.recording import record, recording

# Shorter than one hears in music that goes on over the joint.
LONGEST_GAP_MS = 20
ATTEMPTS = 4


@pytest.mark.parametrize("quality", ["original", "opus-96"])
def test_one_track_follows_another_without_a_gap(page, events, quality):
    if quality != "original" and not shutil.which("ffmpeg"):
        pytest.skip("no ffmpeg is installed")
    record(page)
    gaps = []
    # A machine that is busy with other tests wakes the browser too late now and then.
    while len(gaps) < ATTEMPTS and (not gaps or gaps[-1] > LONGEST_GAP_MS):
        page.goto("/albums/1/")
        choose(page, "quality", quality)
        play_first(page)
        expect_playing(page, "Short 3")
        wait_for_position(page, 1)
        heard = recording(page)
        # Two joints, after two seconds each.
        assert len(heard.samples) / heard.rate > 4.8
        gaps.append(heard.longest_silence_ms())
    assert gaps[-1] <= LONGEST_GAP_MS, gaps
    finished = wait_for_event(page, events, "finished", 2)
    assert 1800 <= finished["played_ms"] <= 2010


def test_a_crossfade_keeps_the_power_and_lets_both_be_heard(page, events):
    record(page)
    page.goto("/albums/2/")
    choose(page, "levelling", "off")
    choose(page, "crossfade", "4")
    play_first(page)
    wait_for_position(page, 1)
    page.locator("[data-player=seek]").fill("54")
    expect_playing(page, "Long 2")
    assert page.evaluate("!document.getElementById('audio-next').paused")
    assert wait_for_event(page, events, "finished")["position_ms"] < 57_000
    wait_for_position(page, 5)
    heard = recording(page)
    assert heard.longest_silence_ms() <= LONGEST_GAP_MS
    # Tones of 220 and 260 Hz are orthogonal over 0.1 s: their powers add up. Without a fade it would be 1.41 times as
    # much for four seconds, and with a straight one it would sink to 0.71 in the middle.
    fade = heard.power(window_s=0.1)[-55:-5]
    assert fade.min() / np.median(fade) > 0.9 and fade.max() / np.median(fade) < 1.1
