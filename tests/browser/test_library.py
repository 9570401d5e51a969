"""Likes and bans, from rows, tiles and the bar."""

from playwright.sync_api import expect

from tests.browser.player import expect_playing, play_first, wait_for_event


def test_a_like_stays_and_can_be_taken_back(page, events):
    page.goto("/albums/1/")
    heart = page.locator("#main .row").first.locator("[data-like]")
    with page.expect_response("**/api/v1/events/"):
        heart.click()
    assert wait_for_event(page, events, "liked")["track_id"] == 1
    expect(heart).to_have_attribute("aria-pressed", "true")

    # The consumer saves it a moment after it was acknowledged.
    liked = page.locator("#main .row-title")
    for _ in range(50):
        page.goto("/liked/")
        if liked.count():
            break
        page.wait_for_timeout(100)
    expect(liked).to_have_text(["Short 1"])
    heart = page.locator("#main .row [data-like]")
    expect(heart).to_have_attribute("aria-pressed", "true")
    heart.click()
    assert wait_for_event(page, events, "unliked")["track_id"] == 1


def test_a_ban_skips_the_track_says_so_and_can_be_undone(page, events):
    page.goto("/albums/2/")
    play_first(page)
    wait_for_event(page, events, "started")
    page.locator("[data-player=ban]").click()

    expect_playing(page, "Long 2")
    assert wait_for_event(page, events, "banned")["track_id"] == 2
    assert wait_for_event(page, events, "skipped")["track_id"] == 2
    expect(page.locator("#toasts")).to_contain_text("“Long 1” will not be suggested again")
    expect(page.locator("#main .row").first).to_have_class("row is-banned")

    page.get_by_role("button", name="Undo").click()
    assert wait_for_event(page, events, "unbanned")["track_id"] == 2
    expect(page.locator("#main .row").first).to_have_class("row")
