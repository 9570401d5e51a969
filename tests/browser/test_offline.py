"""Without a connection: the shell stands, liked tracks play, and events wait."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import PATIENCE_MS
from tests.browser.player import expect_playing, play_first, wait_for_position

WAITING = "Object.keys(localStorage).filter((key) => key.startsWith('outbox:')).length"
KEPT = "(JSON.parse(localStorage.getItem('kept'))?.tracks ?? []).map((track) => track.title)"


@pytest.fixture
def context(browser, service):
    """A browser with service workers."""
    context = browser.new_context(base_url=service.address, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def install(page, address: str = "/albums/2/") -> None:
    page.goto(address)
    page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=PATIENCE_MS)


def keep(page, number: int) -> None:
    """Like the first tracks of the page, and have them kept."""
    page.locator("[data-player=settings]").click()
    page.locator("#settings [name=kept]").check()
    page.keyboard.press("Escape")
    for row in range(number):
        page.locator("#main .row [data-like]").nth(row).click()
    page.wait_for_function(f"{KEPT}.length === {number}", timeout=PATIENCE_MS)


def kept_addresses(page) -> list[str]:
    return page.evaluate(
        "caches.open('kept').then((cache) => cache.keys()).then((all) => all.map((one) => new URL(one.url).pathname))"
    )


def test_the_manifest_is_one_that_browsers_install(page, context):
    install(page)
    session = context.new_cdp_session(page)
    assert session.send("Page.getAppManifest")["errors"] == []
    # A test's browser forgets all, and installs nothing for that reason alone.
    problems = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [problem["errorId"] for problem in problems] == ["in-incognito"]


def test_without_a_connection_there_is_a_page_that_says_so_and_goes_by_itself(page, context):
    install(page)
    context.set_offline(True)
    page.goto("/genres/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.locator("#player")).to_be_visible()
    context.set_offline(False)
    expect(page.locator("#main [data-offline]")).to_have_count(0)
    expect(page.get_by_role("link", name="Folk").first).to_be_visible()


def test_no_page_is_kept(page):
    install(page, "/")
    page.goto("/liked/")
    names = page.evaluate(
        """async () => {
            const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
            const requests = (await Promise.all(caches_.map((cache) => cache.keys()))).flat();
            return requests.map(({ url }) => new URL(url).pathname);
        }"""
    )
    assert [name for name in names if not name.startswith(("/static/", "/styles/"))] == ["/offline/"]


def test_a_new_version_takes_over_and_leaves_nothing_of_the_old_one(page):
    page.goto("/healthz")
    page.evaluate("caches.open('shell-of-before').then((cache) => cache.put('/offline/', new Response('old')))")
    install(page)
    page.wait_for_function("caches.has('shell-of-before').then((is_there) => !is_there)", timeout=PATIENCE_MS)
    assert len(page.evaluate("caches.keys()")) == 1


def test_where_there_are_no_service_workers_nothing_is_offered(page):
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto("/albums/2/")
    page.locator("[data-player=settings]").click()
    expect(page.locator("#settings [name=endless]")).to_be_visible()
    expect(page.locator("#settings [name=kept]")).to_be_hidden()
    play_first(page)
    expect_playing(page, "Long 1")


def test_liked_tracks_play_without_a_connection_and_can_be_sought(page, context):
    install(page)
    keep(page, 2)
    context.set_offline(True)
    page.goto("/history/")
    expect(page.locator("#main .row-title")).to_have_text(["Long 2", "Long 1"])
    play_first(page)
    expect_playing(page, "Long 2")
    page.evaluate("document.getElementById('audio').currentTime = 30")
    wait_for_position(page, 30.5)
    assert page.evaluate(WAITING) > 0
    context.set_offline(False)
    page.wait_for_function(f"{WAITING} === 0", timeout=PATIENCE_MS)


def test_without_a_connection_what_is_not_kept_is_passed_over_for_what_is(page, context):
    install(page)
    page.locator("[data-player=settings]").click()
    page.locator("#settings [name=kept]").check()
    page.keyboard.press("Escape")
    page.locator("#main .row [data-like]").nth(2).click()
    page.wait_for_function(f"{KEPT}.length === 1", timeout=PATIENCE_MS)
    play_first(page)
    expect_playing(page, "Long 1")
    context.set_offline(True)
    page.locator("[data-player=next]").click()
    expect(page.locator(".toast")).to_contain_text("No connection: on to the next track that is kept")
    expect_playing(page, "Long 3")
    wait_for_position(page, 0.5)


@pytest.mark.parametrize(
    ("asked", "status", "said", "length"),
    [
        ("bytes=0-99", 206, "bytes 0-99/{size}", 100),
        ("bytes=100-", 206, "bytes 100-{last}/{size}", None),
        ("bytes=-10", 206, "bytes {tenth}-{last}/{size}", 10),
        ("bytes=99999999-", 416, "bytes */{size}", 0),
        (None, 200, None, None),
    ],
)
def test_ranges_of_kept_audio_are_answered_as_rfc_9110_says(page, asked, status, said, length):
    install(page)
    keep(page, 1)
    path = next(path for path in kept_addresses(page) if path.startswith("/audio/"))
    size = page.evaluate("(path) => fetch(path).then((answer) => answer.blob()).then(({ size }) => size)", path)
    answer = page.evaluate(
        """async ([path, range]) => {
            const response = await fetch(`${path}?kept`, { headers: range ? { Range: range } : {} });
            const { size } = await response.blob();
            return [response.status, response.headers.get("Content-Range"), size];
        }""",
        [path, asked],
    )
    expected = said and said.format(size=size, last=size - 1, tenth=size - 10)
    assert answer[:2] == [status, expected]
    if length is not None:
        assert answer[2] == length


def test_what_is_no_longer_liked_goes_and_the_oldest_where_the_limit_is_reached(page):
    install(page)
    keep(page, 3)
    page.locator("#main .row [data-like]").nth(2).click()
    page.wait_for_function(f"{KEPT}.join() === 'Long 2,Long 1'", timeout=PATIENCE_MS)
    # Each is 60 s of 16 bits at 22,050 Hz: 2.6 MB. Room for one and a half.
    page.evaluate(
        "localStorage.setItem('kept', JSON.stringify({...JSON.parse(localStorage.getItem('kept')), limit: 4}))"
    )
    page.reload()
    page.wait_for_function(f"{KEPT}.join() === 'Long 2'", timeout=PATIENCE_MS)
    assert [path for path in kept_addresses(page) if path.startswith("/audio/")] == ["/audio/4"]


def test_clearing_ones_data_and_switching_off_empty_it(page):
    install(page)
    keep(page, 1)
    page.goto("/your-data/clear/")
    page.locator("#main [name=verdicts]").check()
    page.locator("#main form button").last.click()
    page.wait_for_function(f"{KEPT}.length === 0", timeout=PATIENCE_MS)
    assert kept_addresses(page) == []


def test_signing_out_empties_it(page):
    page.goto("/signup/")
    page.locator("#main [name=username]").fill("offline")
    for name in ("password1", "password2"):
        page.locator(f"#main [name={name}]").fill("quite-a-long-one-7")
    page.locator("#main form button").last.click()
    expect(page.locator(".account-name")).to_have_text("offline")
    install(page)
    keep(page, 1)
    page.locator("#account form button").click()
    page.wait_for_function(f"{KEPT}.length === 0", timeout=PATIENCE_MS)
    assert page.evaluate("JSON.parse(localStorage.getItem('kept')).isOn") is False
    assert page.evaluate("caches.has('kept')") is False
