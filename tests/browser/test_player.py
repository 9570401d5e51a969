"""The player: it plays to the end and on, across pages, and says what was heard."""

import uuid

from playwright.sync_api import expect

from tests.browser.player import choose, expect_playing, play_first, position, wait_for_event, wait_for_position


def test_a_track_plays_to_its_end_and_the_next_follows(page, events):
    page.goto("/albums/1/")
    play_first(page)

    expect_playing(page, "Short 1")
    started = wait_for_event(page, events, "started")
    finished = wait_for_event(page, events, "finished")
    assert started["track_id"] == finished["track_id"] == 1
    assert started["play_id"] == finished["play_id"]
    assert started["source"] == "album:1"
    assert started["played_ms"] < 500
    assert uuid.UUID(started["event_id"]).version == 7
    # The whole tone of two seconds was heard.
    assert finished["duration_ms"] == 2000
    assert 1900 <= finished["played_ms"] <= 2000
    expect_playing(page, "Short 2")


def test_the_end_of_the_queue_is_silence_and_the_last_track_can_be_played_again(page, events):
    page.goto("/albums/1/")
    choose(page, "endless", "off")
    page.locator("#main .row [data-play]").last.click()
    wait_for_event(page, events, "finished")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")

    page.locator("[data-player=toggle]").click()
    again = wait_for_event(page, events, "finished", 2)
    assert again["track_id"] == 5
    assert again["play_id"] != events[0]["play_id"]
    assert 1900 <= again["played_ms"] <= 2000


def test_the_sound_goes_on_from_page_to_page_and_back(page):
    page.goto("/albums/2/")
    play_first(page)
    wait_for_position(page, 0.5)
    page.evaluate("window.mark = 'the same document'")

    page.get_by_role("link", name="Genres", exact=True).click()
    expect(page.locator("h1")).to_have_text("Genres")
    page.locator(".genre-tree").get_by_role("link", name="Electronic").click()
    expect(page.locator("h1")).to_have_text("Electronic")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Genres")

    assert page.evaluate("window.mark") == "the same document"
    wait_for_position(page, position(page) + 0.5)
    expect_playing(page, "Long 1")


def test_what_was_jumped_over_was_not_heard(page, events):
    page.goto("/albums/2/")
    play_first(page)
    wait_for_position(page, 1)
    seek = page.locator("[data-player=seek]")
    box = seek.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait_for_position(page, 30)
    page.locator("[data-player=next]").click()

    skipped = wait_for_event(page, events, "skipped")
    assert skipped["track_id"] == 2
    assert skipped["position_ms"] >= 29_000
    assert 1000 <= skipped["played_ms"] < 15_000
    expect_playing(page, "Long 2")


def test_progress_is_told_every_ten_seconds(page, events):
    page.goto("/albums/2/")
    play_first(page)
    progress = wait_for_event(page, events, "progress")
    assert 10_000 <= progress["played_ms"] < 12_000
    assert progress["play_id"] == wait_for_event(page, events, "started")["play_id"]


def test_previous_starts_again_after_three_seconds_and_goes_back_before(page):
    page.goto("/albums/2/")
    page.locator("#main .row [data-play]").nth(1).click()
    wait_for_position(page, 3.2)
    page.locator("[data-player=previous]").click()
    page.wait_for_function("document.getElementById('audio').currentTime < 2")
    expect_playing(page, "Long 2")
    page.locator("[data-player=previous]").click()
    expect_playing(page, "Long 1")


def test_audio_that_is_gone_is_passed_over_with_a_word(page, events, service):
    page.goto("/albums/4/")
    # Listed and marked, and not to be played: the last of the three.
    expect(page.locator("#main .row").nth(2)).to_contain_text("no audio")
    expect(page.locator("#main [data-play]")).to_have_count(2)
    (service.var_dir / "music" / "10.wav").unlink()
    play_first(page)
    expect(page.locator("#toasts")).to_contain_text("“Vanishing” cannot be played")
    expect_playing(page, "After it")
    assert wait_for_event(page, events, "started")["track_id"] == 11


def test_a_reload_keeps_queue_and_position_and_waits(page):
    page.goto("/albums/2/")
    play_first(page)
    wait_for_position(page, 2)
    page.reload()

    expect(page.locator(".player-title")).to_have_text("Long 1")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    wait_for_position(page, 2)
    page.locator("[data-player=queue]").click()
    expect(page.locator(".queue-list li")).to_have_count(3)


def test_the_queue_can_be_jumped_in_and_thinned(page):
    page.goto("/albums/2/")
    play_first(page)
    page.locator("[data-player=queue]").click()
    page.get_by_role("button", name="Take Long 2 out of the queue").click()
    expect(page.locator(".queue-list li")).to_have_count(2)
    page.locator(".queue-jump").nth(1).click()
    expect_playing(page, "Long 3")


def test_the_keyboard_steers_the_player(page):
    page.goto("/albums/2/")
    play_first(page)
    wait_for_position(page, 0.2)
    page.locator("#main").focus()
    page.keyboard.press("ArrowRight")
    wait_for_position(page, 5)
    page.keyboard.press("Space")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    page.keyboard.press("m")
    expect(page.locator("[data-player=mute]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("l")
    expect(page.locator("[data-player=like]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Shift+ArrowRight")
    expect_playing(page, "Long 2")


def test_letters_typed_into_the_search_field_are_letters(page):
    page.goto("/albums/2/")
    play_first(page)
    page.keyboard.press("/")
    page.keyboard.type("ml q")
    expect(page.locator("#search-field")).to_have_value("ml q")
    expect_playing(page, "Long 1")


def test_an_album_tile_plays_the_album_without_going_there(page, events):
    page.goto("/artists/2/")
    page.locator("[data-play-album]").click()
    expect_playing(page, "Long 1")
    assert wait_for_event(page, events, "started")["source"] == "album:2"
    assert page.url.endswith("/artists/2/")


def test_the_title_and_the_system_say_what_plays(page):
    page.goto("/albums/2/")
    expect(page).to_have_title("Album 2 by Artist 2 · Musicapp")
    play_first(page)
    expect(page).to_have_title("Long 1 · Artist 2")
    assert page.evaluate("navigator.mediaSession.metadata.title") == "Long 1"
    page.keyboard.press("Space")
    expect(page).to_have_title("Album 2 by Artist 2 · Musicapp")


def test_volume_and_mute_are_remembered(page):
    page.goto("/")
    page.locator("[data-player=volume]").fill("0.3")
    page.locator("[data-player=mute]").click()
    page.reload()
    expect(page.locator("[data-player=mute]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-player=mute]").click()
    assert page.evaluate("document.getElementById('audio').volume") == 0.3
