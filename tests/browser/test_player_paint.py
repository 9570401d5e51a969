"""What comes before the first paint, what after it, and what is pressed in between."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.player import expect_playing

MODULES = re.compile(r"/static/js/main\b")


def hold_modules(page: Page) -> list[Route]:
    """The page's requests for its modules, which wait until they are told to go on."""
    held: list[Route] = []
    page.route(MODULES, lambda route: held.append(route))
    return held


def wait_for_paint(page: Page) -> None:
    page.wait_for_function(
        "performance.getEntriesByName('first-contentful-paint').length && !document.querySelector('.is-unpainted')"
    )


def test_a_track_that_is_pressed_before_the_modules_came_plays_when_they_have(page):
    held = hold_modules(page)
    page.goto("/tracks/", wait_until="domcontentloaded")
    row = page.locator("#main .row[data-playable]").nth(1)
    row.hover()
    row.locator("[data-play]").click()
    expect(page.locator("#player")).to_have_attribute("data-state", "empty")
    held[0].continue_()
    expect_playing(page, row.get_attribute("data-title"))


def test_what_is_pressed_later_is_pressed_once(page):
    page.goto("/tracks/")
    page.locator("[data-player=mute]").click()
    expect(page.locator("[data-player=mute]")).to_have_attribute("aria-pressed", "true")


def test_a_page_whose_modules_do_not_come_shows_all_of_itself(page):
    page.route(MODULES, lambda route: route.abort())
    page.goto("/")
    wait_for_paint(page)
    expect(page.locator(".genre-tiles img").first).to_have_css("display", "block")


def test_modules_wait_for_the_styles_and_covers_for_the_first_paint(page):
    page.goto("/", wait_until="networkidle")
    times = page.evaluate(
        """() => {
            const starts = (entries) => entries.map(({ startTime }) => startTime);
            const of = (part) => performance.getEntriesByType("resource").filter(({ name }) => name.includes(part));
            return {
                styled: of("/styles/")[0].responseEnd,
                modules: starts(of("/static/js/")),
                painted: performance.getEntriesByName("first-contentful-paint")[0].startTime,
                tiles: starts([...document.querySelectorAll(".tile-art img")].flatMap(({ src }) => of(src))),
            };
        }"""
    )
    assert len(times["modules"]) > 1
    assert min(times["modules"]) >= times["styled"]
    assert times["tiles"]
    assert min(times["tiles"]) >= times["painted"]


def test_what_waits_keeps_its_place(page):
    page.goto("/")
    wait_for_paint(page)
    place = "Math.round(document.getElementById('by-genre').getBoundingClientRect().top)"
    stood = page.evaluate(place)
    page.evaluate("document.documentElement.classList.add('is-unpainted', 'is-unready')")
    expect(page.locator(".genre-tiles img").first).to_be_hidden()
    assert page.evaluate(place) == stood
