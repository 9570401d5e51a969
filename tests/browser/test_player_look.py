"""The player's shapes: themes, the phone's mini bar, the whole window; and its settings."""

import pytest
from playwright.sync_api import expect

from tests.browser.player import choose, expect_playing, play_first, wait_for_answer, wait_for_position


def test_the_colours_chosen_come_with_the_page(page):
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    choose(page, "theme", "light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    # In the HTML itself: nothing flashes.
    assert 'data-theme="light"' in page.request.get("/").text()


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_the_small_bar_opens_to_the_whole_player(page, width):
    page.set_viewport_size({"width": width, "height": 780})
    page.goto("/albums/2/")
    page.locator("#main [data-play]").first.click()
    expect_playing(page, "Long 1")
    expect(page.locator("[data-player=repeat]")).to_be_hidden()
    page.locator(".player-art").click()
    for name in ("shuffle", "previous", "toggle", "next", "repeat", "settings", "like"):
        expect(page.locator(f"[data-player={name}]")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("[data-player=repeat]")).to_be_hidden()
    # Nothing is wider than the screen.
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_whole_player_can_be_used_by_keyboard_alone(page):
    page.goto("/albums/2/")
    play_first(page)
    page.keyboard.press("f")
    expect(page.locator("#player")).to_have_class("is-full")
    expect(page.locator("[data-player=expand]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#player")).not_to_have_class("is-full")
    page.keyboard.press("q")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#tab-queue")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel-about")).to_contain_text("Artist 2")
    page.keyboard.press("Escape")
    expect(page.locator("#queue-panel")).to_be_hidden()


def test_it_falls_silent_after_the_track_where_that_was_chosen(page):
    page.goto("/albums/1/")
    choose(page, "sleep", "track")
    play_first(page)
    expect(page.locator(".player-title")).to_have_text("Short 2")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    page.locator("[data-player=toggle]").click()
    expect_playing(page, "Short 3")


def test_the_speed_is_kept_from_track_to_track(page):
    page.goto("/albums/1/")
    choose(page, "speed", "2")
    play_first(page)
    expect_playing(page, "Short 2")
    assert page.evaluate("document.getElementById('audio').playbackRate") == 2


def test_the_outline_of_the_track_lies_behind_the_seek_bar_once_it_is_measured(page):
    page.goto("/albums/2/")
    wait_for_answer(page, "/api/v1/tracks/2/sound/", lambda sound: sound["waveform"])
    play_first(page)
    wait_for_position(page, 1)
    expect(page.locator(".seek-bar")).to_have_class("seek-bar has-waveform")
