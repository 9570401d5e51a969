"""The main thing: a play ends, and the shelves on the page change by themselves."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.player import wait_for_answer, wait_for_event


def offered(page: Page) -> list[list[str]]:
    """The tracks of each shelf, as the page shows them."""
    return page.locator("#shelves [data-shelf]").evaluate_all(
        "(shelves) => shelves.map((shelf) => [...shelf.querySelectorAll('[data-track]')].map((t) => t.dataset.track))"
    )


def wait_for_change(page: Page, version: str) -> None:
    page.wait_for_function(
        "(version) => document.getElementById('shelves').dataset.version !== version", arg=version, timeout=PATIENCE_MS
    )


def version_of(page: Page) -> str:
    return page.locator("#shelves").get_attribute("data-version")


def test_a_play_finishes_and_the_shelf_changes_without_a_reload(page, events):
    page.goto("/")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    page.evaluate("window.mark = 'the same document'")
    version, before = version_of(page), offered(page)
    shelf = page.locator("#shelves [data-shelf]").first
    tile = shelf.locator("[data-track][data-duration='2000']").first
    track = int(tile.get_attribute("data-track"))
    recommendation = shelf.get_attribute("data-recommendation")
    tile.hover()
    tile.locator("[data-play]").click()

    finished = wait_for_event(page, events, "finished")
    assert finished["track_id"] == track
    assert finished["source"] == f"shelf:{shelf.get_attribute('data-shelf')}"
    assert finished["recommendation_id"] == recommendation
    wait_for_change(page, version)
    assert page.evaluate("window.mark") == "the same document"
    assert offered(page) != before
    assert all(page.locator("#shelves .tile-reason").all_inner_texts())
    expect(page.locator("#shelves [data-ago]")).to_have_text("Updated just now")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")


def test_a_lost_connection_comes_back_and_catches_up(page, context):
    is_cut = False
    sockets = []

    def relay(socket) -> None:
        sockets.append(socket)
        if is_cut:
            socket.close()
        else:
            socket.connect_to_server()

    page.route_web_socket(re.compile("/ws/recommendations/"), relay)
    page.goto("/")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    version = version_of(page)
    is_cut = True
    sockets[0].close()
    expect(page.locator("#shelves.is-reconnecting")).to_be_visible()

    # Meanwhile the listener plays something in another tab.
    other = context.new_page()
    other.goto("/albums/5/")
    other.locator("#main .row [data-play]").first.click()
    wait_for_answer(other, "/api/v1/recommendations/", lambda shelves: shelves["version"] > int(version))
    assert version_of(page) == version

    is_cut = False
    wait_for_change(page, version)
    assert sockets[-1].url.endswith(f"?since={version}")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    expect(page.locator("#shelves .reconnecting")).to_be_hidden()


def test_a_swap_keeps_the_focus_and_waits_for_the_finger(page):
    page.goto("/")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    version = version_of(page)
    tile = page.locator("#shelves [data-shelf] .tile").nth(3)
    box = tile.locator(".tile-reason").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    # Held down, no swap may pull the tile away; a like makes the server send new shelves.
    page.evaluate("document.querySelectorAll('#shelves .tile [data-ban]')[0].click()")
    page.wait_for_timeout(700)
    assert version_of(page) == version
    page.mouse.up()
    wait_for_change(page, version)


def test_a_swap_leaves_what_the_pointer_is_on_where_it_is(page):
    page.goto("/")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    version = version_of(page)
    tile = page.locator("#shelves [data-shelf='for-you'] .tile").nth(2)
    track, box = tile.get_attribute("data-track"), tile.bounding_box()
    x, y = box["x"] + 30, box["y"] + 30
    page.mouse.move(x, y)
    # Somebody else's ban, as it were: of the first tile, which the pointer is not on.
    page.evaluate("document.querySelector('#shelves .tile [data-ban]').click()")
    wait_for_change(page, version)
    under = page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('.tile').dataset.track", [x, y])
    assert under == track
    held = page.locator(f"#shelves [data-shelf='for-you'] .tile[data-track='{track}']")
    expect(held).to_have_count(1)
    page.wait_for_function(
        "([tile, x]) => document.querySelector(tile).getBoundingClientRect().x === x",
        arg=[f"#shelves [data-shelf='for-you'] .tile[data-track='{track}']", box["x"]],
        timeout=PATIENCE_MS,
    )


# Each shelf of a document: its id, and of each tile what it shows and what the player reads off it.
CONTENT = """(shelves) => [...shelves.querySelectorAll("[data-shelf]")].map((shelf) => [
  shelf.dataset.recommendation,
  [...shelf.querySelectorAll(".tile")].map((tile) => [
    { ...tile.dataset }, tile.querySelector("img").getAttribute("src"), tile.querySelector(".tile-title").textContent,
    tile.querySelector(".tile-artist").textContent, tile.querySelector(".tile-reason").outerHTML,
  ]),
])"""


@pytest.mark.parametrize("knows", ["what the page shows", "something else"])
def test_the_page_is_what_it_would_be_if_it_was_opened_anew(page, knows):
    page.goto("/")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    if knows == "something else":
        page.evaluate("document.getElementById('shelves').dataset.version = 1")
    for _ in range(2):
        version = version_of(page)
        page.locator("#shelves .tile:not(.is-banned) [data-ban]").first.evaluate("(button) => button.click()")
        wait_for_change(page, version)
    opened = f"""async (version) => {{
      const home = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
      const other = home.getElementById("shelves");
      return other.dataset.version === version ? ({CONTENT})(other) : null;
    }}"""
    # Shelves may change once more in between.
    for _ in range(20):
        if found := page.evaluate(opened, version_of(page)):
            break
        page.wait_for_timeout(500)
    assert page.locator("#shelves").evaluate(CONTENT) == found
