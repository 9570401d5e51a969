"""The back button closes what lies over the page, and then goes back to the page before."""

import pytest
from playwright.sync_api import expect

from tests.browser.player import expect_playing, play_first

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(page):
    """A phone that came from the genres to an album, and plays it."""
    page.set_viewport_size(PHONE)
    page.goto("/genres/")
    page.evaluate("htmx.ajax('GET', '/albums/2/', { target: '#main', select: '#main', push: '/albums/2/' })")
    page.wait_for_url("**/albums/2/")
    play_first(page)
    expect_playing(page, "Long 1")
    return page


def expect_album(page) -> None:
    expect(page.locator("#main h1")).to_have_text("Album 2")
    assert page.url.endswith("/albums/2/")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")


def test_it_closes_the_full_player_and_the_second_time_goes_back(phone):
    requests = []
    phone.locator(".player-now").click(position={"x": 5, "y": 5})
    expect(phone.locator("#player.is-full")).to_be_visible()
    phone.on("request", lambda request: requests.append(request.url))
    phone.go_back()
    expect(phone.locator("#player.is-full")).to_have_count(0)
    expect_album(phone)
    assert [url for url in requests if url.endswith("/albums/2/")] == []
    phone.go_back()
    phone.wait_for_url("**/genres/")
    expect(phone.locator("#main h1")).to_have_text("Genres")
    expect(phone.locator("#player")).to_have_attribute("data-state", "playing")


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_closed_by_other_means_it_leaves_no_step_behind(phone, way):
    phone.locator(".player-now").click(position={"x": 5, "y": 5})
    if way == "Escape":
        phone.keyboard.press("Escape")
    else:
        phone.locator("[data-player=expand]").click()
    expect(phone.locator("#player.is-full")).to_have_count(0)
    phone.wait_for_timeout(300)
    phone.go_back()
    phone.wait_for_url("**/genres/")
    expect(phone.locator("#main h1")).to_have_text("Genres")


def test_it_closes_the_panel_and_dialogs(phone):
    phone.locator("[data-player=queue]").click()
    expect(phone.locator("#queue-panel")).to_be_visible()
    phone.go_back()
    expect(phone.locator("#queue-panel")).to_be_hidden()
    expect_album(phone)
    phone.evaluate("document.getElementById('shortcuts').showModal()")
    expect(phone.locator("#shortcuts")).to_be_visible()
    phone.wait_for_function("history.length > 3")
    phone.go_back()
    expect(phone.locator("#shortcuts")).to_be_hidden()
    phone.locator(".player-now").click(position={"x": 5, "y": 5})
    phone.locator("[data-player=settings]").click()
    expect(phone.locator("#settings")).to_be_visible()
    phone.wait_for_timeout(200)
    phone.go_back()
    expect(phone.locator("#settings")).to_be_hidden()
    expect(phone.locator("#player.is-full")).to_be_visible()
    phone.go_back()
    expect(phone.locator("#player.is-full")).to_have_count(0)
    expect_album(phone)


def test_a_link_out_of_it_takes_its_step(phone):
    phone.locator(".player-now").click(position={"x": 5, "y": 5})
    phone.evaluate("window.isSame = true")
    phone.locator("#player .player-artist").click()
    phone.wait_for_url("**/artists/**")
    # Within the shell: the sound goes on.
    assert phone.evaluate("window.isSame") is True
    expect(phone.locator("#player")).to_have_attribute("data-state", "playing")
    expect(phone.locator("#player.is-full")).to_have_count(0)
    phone.go_back()
    expect(phone.locator("#main h1")).to_have_text("Album 2")
    phone.go_back()
    phone.wait_for_url("**/genres/")
    expect(phone.locator("#main h1")).to_have_text("Genres")


def test_on_a_wide_window_the_panel_is_beside_the_page_and_no_step(page):
    page.goto("/genres/")
    page.get_by_role("link", name="Folk").first.click()
    expect(page.locator("#main h1")).to_have_text("Folk")
    page.locator("[data-player=queue]").click()
    expect(page.locator("#queue-panel")).to_be_visible()
    page.go_back()
    expect(page.locator("#main h1")).to_have_text("Genres")
    expect(page.locator("#queue-panel")).to_be_visible()
