"""'Your data', as somebody without an account uses it."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.player import wait_for_event

TALL = {"width": 390, "height": 844}


def offered(page: Page) -> list[str]:
    return page.locator("#shelves h2").all_inner_texts()


def test_a_history_is_seen_taken_along_and_cleared(page, events):
    page.goto("/")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    version = page.locator("#shelves").get_attribute("data-version")
    cold = offered(page)
    page.locator("#shelves [data-track][data-duration='2000'] [data-play]").first.dispatch_event("click")
    wait_for_event(page, events, "finished")
    page.wait_for_function(f"document.getElementById('shelves').dataset.version !== '{version}'")
    page.locator("[data-player=like]").click()
    wait_for_event(page, events, "liked")
    liked = page.locator("[data-player=like]")
    expect(liked).to_have_attribute("aria-pressed", "true")
    page.locator("[data-player=toggle]").click()

    page.get_by_role("link", name="Your data").click()
    expect(page.get_by_role("heading", name="Your data", exact=True)).to_be_visible()
    for _ in range(100):
        if page.locator("dd a[href='/liked/']").count():
            break
        page.wait_for_timeout(100)
        page.reload()
    expect(page.locator("dd a[href='/history/']")).to_be_visible()
    assert page.locator(".known-shelf").count()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    whole = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert {"finished", "liked"} <= {event["kind"] for event in whole["events"]}

    page.get_by_role("link", name="Clear …").click()
    page.get_by_label("My likes, bans and chosen taste too").check()
    page.get_by_role("button", name="Clear my history").click()
    expect(page.get_by_role("status").filter(has_text="Your history is cleared")).to_be_visible()
    expect(page.locator("dd a[href='/liked/']")).to_have_count(0)
    expect(page.get_by_text("None is made for you")).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(page.locator("#shelves h2").first).to_have_text(cold[0])
    expect(page.locator("#shelves [data-like][aria-pressed=true]")).to_have_count(0)


def test_personalisation_is_switched_off_and_on(page):
    page.goto("/your-data/")
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("heading", name="Personalisation is off")).to_be_visible()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Personalisation is on")).to_be_visible()


def test_the_page_fits_a_phone(page):
    page.set_viewport_size(TALL)
    page.goto("/your-data/")
    assert page.evaluate("document.getElementById('centre').scrollWidth <= innerWidth")
    for link in page.locator("#sidebar li a:visible").all():
        box = link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= TALL["width"] + 0.5
