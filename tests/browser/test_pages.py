"""Pages in the shell: at every width, with any title, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.catalogue import HTML_TITLE, LONG_TITLE, RTL_TITLE
from tests.browser.player import play_first, wait_for_event, wait_for_position

PAGES = [
    "/",
    "/artists/3/",
    "/albums/3/",
    "/genres/",
    "/genres/1/",
    "/genres/map/",
    "/years/",
    "/licences/",
    "/tags/",
    "/tracks/",
    "/tracks/?year=1900s",
    "/playlists/",
    "/playlists/rules/",
    "/playlists/add/?track=8",
    "/banned/",
    "/history/charts/",
    "/tracks/8/",
    "/search/?q=artist",
    "/search/?q=zzzz",
    "/liked/",
    "/history/",
    "/signup/",
    "/login/",
    "/nothing-here/",
]


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_reaches_beyond_the_window(page, address, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    widths = page.evaluate(
        "[document.documentElement, document.getElementById('centre')].map((e) => e.scrollWidth - e.clientWidth)"
    )
    assert widths == [0, 0]
    bar = page.locator("#player").bounding_box()
    assert bar["x"] == 0
    assert bar["width"] == width


def test_a_title_with_html_in_it_is_only_text(page, events):
    page.goto("/albums/3/")
    assert page.locator("#main .row-title").all_inner_texts() == [HTML_TITLE, LONG_TITLE, RTL_TITLE]
    play_first(page)
    wait_for_event(page, events, "started")
    expect(page.locator(".player-title")).to_have_text(HTML_TITLE)
    page.locator("[data-player=queue]").click()
    expect(page.locator(".queue-title").first).to_have_text(HTML_TITLE)
    page.locator("[data-player=ban]").click()
    expect(page.locator("#toasts")).to_contain_text("<script>")
    expect(page).not_to_have_title("injected")
    assert page.locator("#main script, #queue-panel script, #toasts img").count() == 0


SCROLLED_TO = "(top) => document.getElementById('centre').scrollTop === top"


def test_back_and_forward_keep_title_scroll_and_place(page):
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto("/genres/1/")
    artist = page.locator("#main .row-artist").nth(9)
    artist.scroll_into_view_if_needed()
    place = page.evaluate("document.getElementById('centre').scrollTop")
    assert place > 0
    artist.click()
    expect(page.locator(".hero-kind")).to_have_text("Artist")
    page.wait_for_function(SCROLLED_TO, arg=0)
    page.wait_for_function("document.activeElement.id === 'main'")

    page.go_back()
    expect(page.locator("h1")).to_have_text("Electronic")
    expect(page).to_have_title("Electronic · Musicapp")
    page.wait_for_function(SCROLLED_TO, arg=place)
    expect(page.locator("#sidebar [aria-current]")).to_have_text("Genres")
    page.go_forward()
    expect(page.locator(".hero-kind")).to_have_text("Artist")


def test_an_address_that_leads_nowhere_says_so_inside_the_shell(page):
    page.goto("/albums/2/")
    play_first(page)
    page.locator("#main").evaluate("(main) => main.insertAdjacentHTML('beforeend', '<a href=/albums/999/>Deleted</a>')")
    page.evaluate("htmx.process(document.getElementById('main'))")
    page.get_by_role("link", name="Deleted").click()
    expect(page.locator("h1")).to_have_text("There is nothing at this address")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")


def test_a_search_is_an_event(page, events):
    page.goto("/")
    page.locator("#search-field").fill("short")
    page.keyboard.press("Enter")
    expect(page.locator("#main .row-title")).to_have_text(["Short 1", "Short 2", "Short 3"])
    assert wait_for_event(page, events, "searched")["query"] == "short"
    page.go_back()
    page.go_forward()
    expect(page.locator("h1")).to_have_text("“short”")
    assert [event["kind"] for event in events] == ["searched"]


def test_what_was_heard_before_signing_up_stays_and_the_sound_goes_on(page, events):
    page.goto("/albums/2/")
    play_first(page)
    wait_for_position(page, 0.5)
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("Username").fill("newcomer")
    page.get_by_label("Password", exact=True).fill("a long enough one 7")
    page.get_by_label("Password confirmation").fill("a long enough one 7")
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator(".account-name")).to_have_text("newcomer")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")

    # The new session's token is in use: the event is taken.
    with page.expect_response("**/api/v1/events/") as answer:
        page.locator("[data-player=next]").click()
    assert answer.value.status == 202
    page.get_by_role("link", name="History").click()
    expect(page.locator("#main .row-title").last).to_have_text("Long 1")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#account")).to_contain_text("Sign in")


def test_without_javascript_the_site_is_whole(browser, service):
    context = browser.new_context(base_url=service.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#player")).to_be_hidden()
    page.get_by_label("Search").fill("long")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Long 1").click()
    expect(page.locator("h1")).to_have_text("Long 1")
    expect(page.locator("audio[controls]")).to_be_visible()
    page.get_by_role("link", name="Sign up").first.click()
    page.get_by_label("Username").fill("plain")
    page.get_by_label("Password", exact=True).fill("a long enough one 7")
    page.get_by_label("Password confirmation").fill("a long enough one 7")
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator(".account-name")).to_have_text("plain")
    context.close()


def test_a_mouse_pages_through_a_row_by_its_buttons(page):
    page.goto("/")
    if not page.evaluate("CSS.supports('selector(::scroll-button(*))')"):
        pytest.skip("this Chromium makes no buttons for what scrolls")
    shelf = page.locator("#shelves .shelf").first
    expect(shelf.locator(".tile").nth(8)).to_be_attached()
    where = "() => document.querySelector('#shelves .strip').scrollLeft"
    box = shelf.bounding_box()
    forward, back = (box["x"] + box["width"] - right for right in (15, 53))
    page.mouse.click(forward, box["y"] + 15)
    page.wait_for_function(f"({where})() > 400")
    page.mouse.click(back, box["y"] + 15)
    page.wait_for_function(f"({where})() < 1")
