"""Events wait in the browser until the server has them."""

from playwright.sync_api import expect

from tests.browser.player import play_first, wait_for_event

WAITING = "Object.keys(localStorage).filter((key) => key.startsWith('outbox:')).length"


def test_without_a_connection_events_are_kept_and_sent_when_it_is_back(page, context):
    page.goto("/albums/2/")
    play_first(page)
    page.wait_for_function(f"{WAITING} === 0")
    # A reload while the server cannot be reached would lose what is kept in memory only.
    page.route("**/api/v1/events/", lambda route: route.abort())
    page.locator("[data-player=like]").click()
    page.locator("[data-player=next]").click()
    page.wait_for_function(f"{WAITING} >= 2")
    page.goto("/genres/")
    assert page.evaluate(WAITING) >= 2

    page.unroute("**/api/v1/events/")
    page.wait_for_function(f"{WAITING} === 0")
    page.goto("/history/")
    expect(page.locator("#main .row-title").last).to_have_text("Long 1")


def test_what_the_server_refuses_is_dropped_and_the_rest_is_sent(page, events):
    warnings = []
    page.on("console", lambda message: warnings.append(message.text) if message.type == "warning" else None)
    page.goto("/albums/2/")
    bad = '{"event_id": "018f0000-0000-7000-8000-000000000000", "kind": "hummed"}'
    page.evaluate(f"localStorage.setItem('outbox:018f0000-0000-7000-8000-000000000000', '{bad}')")
    play_first(page)
    wait_for_event(page, events, "started")
    page.wait_for_function(f"{WAITING} === 0")
    assert len(warnings) == 1
    assert warnings[0].startswith("The server did not take an event:")
