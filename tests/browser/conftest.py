"""A real Chromium against a real server, in processes of their own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.catalogue import Catalogue
from tests.browser.chromium import CHROMIUM, FLAGS, PATIENCE_MS
from tests.service import Service


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def service(tmp_path_factory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("service"))
    catalogue = Catalogue(service.var_dir / "music").fill().write(service.var_dir / "catalogue.json")
    service.manage("migrate", "--verbosity", "0")
    service.manage("loaddata", "--verbosity", "0", str(catalogue))
    # Popularity alone needs no Spark; with it a play already changes the shelves.
    service.manage("train", "--algorithm", "popularity")
    service.start()
    yield service
    service.stop()


# Ends with this package: as long as it runs, its event loop counts as the thread's, and no async test could run.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium is installed (CHROMIUM names one that is not on PATH)")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser, service) -> Iterator[BrowserContext]:
    """A browser that nobody used before: a new anonymous listener."""
    context = browser.new_context(base_url=service.address, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    # As on plain HTTP; `test_offline.py` has them.
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    yield context
    context.close()


@pytest.fixture
def page(context) -> Iterator[Page]:
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    assert not errors


@pytest.fixture
def events(page) -> list[dict]:
    """The playback events that the page sent, in order."""
    sent: list[dict] = []

    def remember(request) -> None:
        if request.url.endswith("/api/v1/events/"):
            sent.extend(json.loads(request.post_data))

    page.on("request", remember)
    return sent
