"""What a listener says of their taste, on the page: it takes effect at once, and the ban in the very next push."""

from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE_MS


def version_of(page) -> str:
    return page.locator("#shelves").get_attribute("data-version")


def wait_for_change(page, version: str) -> None:
    page.wait_for_function(
        "(version) => document.getElementById('shelves').dataset.version !== version", arg=version, timeout=PATIENCE_MS
    )


def test_a_first_visit_begins_with_what_one_chooses(page):
    page.goto("/")
    chooser = page.locator(".chooser")
    expect(chooser).to_be_visible()
    chooser.get_by_label("Folk").check()
    chooser.get_by_label("Artist 5", exact=True).check()
    chooser.get_by_label("Artist 6", exact=True).check()
    expect(chooser.get_by_label("Electronic")).to_be_disabled()
    chooser.get_by_role("button", name="Show me music").click()
    expect(page.locator(".chooser")).to_have_count(0)
    reasons = page.locator("[data-shelf='for-you'] .tile-reason").all_inner_texts()
    assert {"Because you chose Folk", "Because you chose Artist 5", "Because you chose Artist 6"} <= set(reasons[:6])


def test_not_now_is_an_answer_too(page):
    page.goto("/")
    page.get_by_role("button", name="Not now").click()
    expect(page.locator(".chooser")).to_have_count(0)
    page.goto("/")
    expect(page.locator(".chooser")).to_have_count(0)
    expect(page.locator("#shelves .tile").first).to_be_visible()


def test_the_chooser_leaves_with_the_first_shelves_of_ones_own(page):
    page.goto("/")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    expect(page.locator(".chooser")).to_be_visible()
    page.locator("#shelves [data-ban]").first.dispatch_event("click")
    expect(page.locator(".chooser")).to_be_hidden()


def test_the_slider_is_heeded_by_the_next_push_and_kept(page):
    page.goto("/")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    version = version_of(page)
    slider = page.get_by_label("How adventurous")
    slider.focus()
    slider.press("End")
    wait_for_change(page, version)
    page.goto("/")
    expect(page.get_by_label("How adventurous")).to_have_value("100")


def test_the_slider_and_the_chooser_work_without_scripts(browser, service):
    context = browser.new_context(base_url=service.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Folk").check()
    page.get_by_role("button", name="Show me music").click()
    assert "Because you chose Folk" in page.locator("#shelves").inner_text()
    page.get_by_label("How adventurous").fill("80")
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_label("How adventurous")).to_have_value("80")
    context.close()


def test_a_ban_is_honoured_in_the_very_next_push(page):
    """Every message of the socket after the ban was sent is looked at, not only the page at the end."""
    pushes: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: pushes.append(str(frame))))
    page.goto("/")
    expect(page.locator("#shelves.is-live")).to_be_visible()
    tile = page.locator("#shelves .tile").first
    track = tile.get_attribute("data-track")
    version, before = version_of(page), len(pushes)
    tile.locator("[data-ban]").dispatch_event("click")
    wait_for_change(page, version)
    assert len(pushes) > before
    assert not any(f'data-track=\\"{track}\\"' in push for push in pushes[before:])
    expect(page.locator(f"#shelves [data-track='{track}']")).to_have_count(0)
