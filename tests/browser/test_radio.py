"""Radio in the player: it begins with a button, and goes on by itself."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.player import expect_playing, wait_for_event


def queued(page) -> list[int]:
    return page.evaluate("JSON.parse(localStorage.getItem('queue')).tracks.map((track) => track.id)")


@pytest.mark.parametrize("address", ["/tracks/4/", "/artists/5/", "/albums/5/", "/genres/1/"])
def test_every_page_of_music_begins_a_radio(page, address, events):
    page.goto(address)
    page.get_by_role("button", name="Radio:").click()
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    kind, number = address.strip("/").split("/")
    started = wait_for_event(page, events, "started")
    assert started["source"] == f"radio:{kind.removesuffix('s')}:{number}"


def test_it_goes_on_by_itself_and_repeats_nothing(page):
    page.goto("/tracks/4/")
    page.get_by_role("button", name="Radio:").click()
    expect_playing(page, "Long 2")
    heard = [page.locator(".player-title").inner_text()]
    for _ in range(9):
        page.locator("[data-player=next]").click()
        page.wait_for_function(
            "(title) => document.querySelector('.player-title').textContent !== title", arg=heard[-1]
        )
        heard.append(page.locator(".player-title").inner_text())
    assert len(set(heard)) == len(heard)
    assert len(queued(page)) > len(heard)
    page.locator("[data-player=queue]").click()
    expect(page.locator(".queue-source")).to_have_text("Long 2 radio: goes on by itself")


def test_a_list_that_is_played_ends_the_radio(page):
    page.goto("/tracks/4/")
    page.get_by_role("button", name="Radio:").click()
    expect_playing(page, "Long 2")
    page.goto("/albums/2/")
    page.locator("[data-play-all]").click()
    expect_playing(page, "Long 1")
    assert json.loads(page.evaluate("localStorage.getItem('queue')"))["station"] is None


def test_a_radio_survives_a_reload_and_a_lost_answer(page):
    page.goto("/tracks/4/")
    page.get_by_role("button", name="Radio:").click()
    expect_playing(page, "Long 2")
    failures = 2

    def sometimes(route) -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/radio/*/**", sometimes)
    page.goto("/genres/")
    before = queued(page)
    page.evaluate("document.querySelector('[data-player=next]').click()")
    page.evaluate("document.querySelector('[data-player=next]').click()")
    page.wait_for_function(
        "(count) => JSON.parse(localStorage.getItem('queue')).tracks.length > count", arg=len(before)
    )
    assert failures < 0
    assert len(set(queued(page))) == len(queued(page))
