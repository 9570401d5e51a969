"""What tests do with the player bar and see of it."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.chromium import PATIENCE_MS

# Seconds: a service that has only begun has other things to do first.
ANSWER_PATIENCE = 60


def play_first(page: Page) -> None:
    page.locator("#main .row [data-play]").first.click()


def expect_playing(page: Page, title: str) -> None:
    expect(page.locator(".player-title")).to_have_text(title)
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")


def position(page: Page) -> float:
    """Seconds."""
    return page.evaluate("document.getElementById('audio').currentTime")


def wait_for_position(page: Page, seconds: float) -> None:
    page.wait_for_function(f"document.getElementById('audio').currentTime >= {seconds}", timeout=PATIENCE_MS)


def wait_for_event(page: Page, events: list[dict], kind: str, number: int = 1) -> dict:
    """The `number`th event of a kind, once the page has sent it."""
    for _ in range(PATIENCE_MS // 50):
        found = [event for event in events if event["kind"] == kind]
        if len(found) >= number:
            return found[number - 1]
        page.wait_for_timeout(50)
    raise AssertionError(f"no {kind} event number {number} among {[event['kind'] for event in events]}")


def choose(page: Page, name: str, value: str) -> None:
    """A setting of the sound, or of the look."""
    page.locator("[data-player=settings]").click()
    field = page.locator(f"#settings [name={name}]")
    if field.first.get_attribute("type") == "radio":
        page.locator(f"#settings [name={name}][value={value}]").check(force=True)
    elif field.get_attribute("type") == "checkbox":
        field.set_checked(value == "on")
    elif field.get_attribute("type") == "range":
        field.fill(value)
    else:
        field.select_option(value)
    page.keyboard.press("Escape")


def queued(page: Page) -> list[str]:
    """The titles in the open queue, in order."""
    return page.locator(".queue-title").all_text_contents()


def wait_for_answer(page: Page, path: str, holds: Callable[[dict], object]) -> dict:
    """Asks as the page's listener until the answer is so: `wait_for_function` takes a promise for true."""
    deadline = time.monotonic() + ANSWER_PATIENCE
    while not holds(answer := page.evaluate("(path) => fetch(path).then((answer) => answer.json())", path)):
        assert time.monotonic() < deadline, f"{path} still answers {answer}"
        page.wait_for_timeout(200)
    return answer
