"""All of the shell without a mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.player import expect_playing, position, wait_for_position

INSIDE = """() => [
    document.activeElement === document.body || document.activeElement.closest("#shortcuts") !== null,
    document.activeElement.outerHTML,
]"""
# The region that holds the focus, what has it, and the outline that shows it.
FOCUSED = """() => {
    const at = document.activeElement;
    const shown = at.closest("label:has(:focus-visible)") ?? at;
    const region = at.closest("#sidebar, #centre, #player")?.id;
    // A row's own buttons are no elements: while one of them has the focus, the row is named.
    const parts = at.matches(".strip") ? ["::scroll-button(inline-start)", "::scroll-button(inline-end)"] : [null];
    const outlines = parts.map((part) => getComputedStyle(shown, part).outlineStyle);
    return [region, at.outerHTML.slice(0, 120), outlines.find((each) => each !== "none") ?? "none"];
}"""
LABELS = {"toggle": "Play or pause", "help": "This map"}


def test_the_question_mark_shows_the_map_which_keeps_the_focus_until_it_is_closed(page):
    page.goto("/genres/")
    page.locator("#main a").first.focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    for label in LABELS.values():
        expect(page.locator("#shortcuts")).to_contain_text(label)
    for _ in range(4):
        page.keyboard.press("Tab")
        # From the last thing in it the browser's own bar is next, which for the page is the body.
        is_inside, name = page.evaluate(INSIDE)
        assert is_inside, name
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('#main a')")
    page.keyboard.press("?")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("#shortcuts")).to_be_hidden()
    expect(page).to_have_url(re.compile("/genres/$"))


def test_each_key_of_the_map_does_something(page):
    """The rows that name an act name one that there is: a key without one would do nothing."""
    page.goto("/albums/2/")
    page.locator("#main .row [data-play]").first.press("Enter")
    expect_playing(page, "Long 1")
    page.locator("#main").focus()
    keys = dict(
        page.locator("#shortcuts [data-act]").evaluate_all(
            "all => all.map((one) => [one.dataset.act, one.dataset.key])"
        )
    )
    seen = {
        "toggle": lambda: expect(page.locator("#player")).to_have_attribute("data-state", "paused"),
        "forward": lambda: wait_for_position(page, 5),
        "back": lambda: page.wait_for_function("document.getElementById('audio').currentTime < 5"),
        "next": lambda: expect(page.locator(".player-title")).to_have_text("Long 2"),
        "previous": lambda: expect(page.locator(".player-title")).to_have_text("Long 1"),
        "mute": lambda: expect(page.locator("[data-player=mute]")).to_have_attribute("aria-pressed", "true"),
        "like": lambda: expect(page.locator("[data-player=like]")).to_have_attribute("aria-pressed", "true"),
        "shuffle": lambda: expect(page.locator("[data-player=shuffle]")).to_have_attribute("aria-pressed", "true"),
        "repeat": lambda: expect(page.locator("[data-player=repeat]")).to_have_attribute("aria-pressed", "true"),
        "queue": lambda: expect(page.locator("#queue-panel")).to_be_visible(),
        "full": lambda: expect(page.locator("#player.is-full")).to_be_visible(),
        "search": lambda: expect(page.locator("#search-field")).to_be_focused(),
        "settings": lambda: expect(page.locator("#settings")).to_be_visible(),
        "help": lambda: expect(page.locator("#shortcuts")).to_be_visible(),
        "ban": lambda: expect(page.locator(".toast")).to_contain_text("will not be suggested again"),
    }
    assert seen.keys() == keys.keys()
    for act, look in seen.items():
        page.locator("#main").press(keys[act])
        look()
        if act in ("full", "settings", "help"):
            page.keyboard.press("Escape")


@pytest.mark.parametrize("address", ["/", "/albums/2/", "/playlists/", "/your-data/"])
def test_every_control_is_reached_by_tab_and_the_focus_is_seen(page, address):
    page.goto(address)
    page.keyboard.press("Tab")
    reached, unseen = set(), []
    for _ in range(250):
        at, name, outline = page.evaluate(FOCUSED)
        if name.startswith("<body"):
            break
        reached.add(at)
        if outline == "none":
            unseen.append(name)
        page.keyboard.press("Tab")
    assert {"sidebar", "centre", "player"} <= reached
    assert unseen == []


def test_keys_mean_nothing_in_a_field_or_while_the_map_is_shown(page):
    page.goto("/albums/2/")
    page.locator("#main .row [data-play]").first.press("Enter")
    wait_for_position(page, 0.2)
    page.locator("#search-field").press_sequentially("m q?")
    expect(page.locator("#search-field")).to_have_value("m q?")
    page.locator("#main").press("?")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#queue-panel")).to_be_hidden()
    assert position(page) < 5


def test_who_asks_for_less_motion_gets_none_that_lasts(page):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    lasting = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
            const style = getComputedStyle(one);
            const longest = (text) => Math.max(...text.split(",").map(parseFloat));
            return longest(style.transitionDuration) > 0.01 || longest(style.animationDuration) > 0.01;
        }).length"""
    )
    assert lasting == 0
