"""Lyrics that go with the song."""

import pytest
from playwright.sync_api import expect

from tests.browser.player import play_first, position, wait_for_position

LRC = "[00:00.50]First <b>line</b>\n[00:02.00]Second line\n[00:04.00]\n" + "".join(
    f"[00:{second}.00]Line at {second}\n" for second in range(10, 60)
)


@pytest.fixture
def lyrics(page, service):
    """The panel with the words of what plays, the first track of album 2."""
    page.goto("/albums/2/")
    track = page.locator("#main .row").first.get_attribute("data-track")
    file = service.var_dir / "music" / f"{track}.lrc"
    file.write_text(LRC)
    play_first(page)
    page.locator("[data-player=queue]").click()
    page.locator("#tab-about").click()
    yield page.locator("#panel-about .lyrics")
    file.unlink()


def test_the_line_that_is_sung_is_marked_and_kept_in_sight(page, lyrics):
    current = lyrics.locator("[aria-current]")
    expect(current).to_have_text("First <b>line</b>")
    expect(current).to_have_text("Second line")
    assert 1.8 <= position(page) < 4.5
    page.evaluate("document.getElementById('audio').currentTime = 50.3")
    expect(current).to_have_text("Line at 50")
    expect(current).to_be_in_viewport()


def test_a_line_is_gone_to_by_pressing_it_and_by_the_keyboard(page, lyrics):
    lyrics.get_by_role("button", name="Line at 12").click()
    wait_for_position(page, 12)
    assert position(page) < 20
    expect(lyrics.locator("[aria-current]")).to_have_text("Line at 12")
    lyrics.get_by_role("button", name="Line at 40").focus()
    page.keyboard.press("Enter")
    wait_for_position(page, 40)
    # It is the focus's own place that is kept, not the player's keys'.
    expect(lyrics.get_by_role("button", name="Line at 40")).to_be_focused()


def test_whoever_scrolls_is_left_alone(page, lyrics):
    expect(lyrics.locator("[aria-current]")).to_have_text("First <b>line</b>")
    page.locator("#queue-panel").hover()
    page.mouse.wheel(0, 3000)
    expect(lyrics.get_by_role("button", name="Line at 59")).to_be_in_viewport()
    expect(lyrics.locator("[aria-current]")).to_have_text("Second line")
    expect(lyrics.get_by_role("button", name="Line at 59")).to_be_in_viewport()


def test_the_full_player_has_them_beside_the_cover(page, lyrics):
    page.keyboard.press("f")
    words = page.locator(".player-lyrics .lyrics")
    page.evaluate("document.getElementById('audio').currentTime = 50.3")
    expect(words.locator("[aria-current]")).to_have_text("Line at 50")
    expect(words.locator("[aria-current]")).to_be_in_viewport()
    expect(page.locator(".player-art")).to_be_visible()
    words.get_by_role("button", name="Line at 12").click()
    expect(words.locator("[aria-current]")).to_have_text("Line at 12")
    page.locator("[data-player=lyrics]").click()
    expect(words).to_be_hidden()
    page.locator("[data-player=next]").click()
    # The next track has none.
    expect(page.locator("[data-player=lyrics]")).to_be_hidden()
    expect(words).to_have_count(0)


def test_on_a_phone_they_take_the_place_of_the_cover(page, lyrics):
    page.locator("[data-player=queue]").click()
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".player-title").click()
    button = page.get_by_role("button", name="Lyrics")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".player-art")).to_be_visible()
    button.click()
    page.evaluate("document.getElementById('audio').currentTime = 50.3")
    current = page.locator(".player-lyrics [aria-current]")
    expect(current).to_have_text("Line at 50")
    expect(current).to_be_in_viewport(ratio=1)
    expect(page.locator(".player-art")).to_be_hidden()
