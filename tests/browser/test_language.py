"""The language is chosen on a page, holds for its scripts too, and can be chosen back."""

from playwright.sync_api import expect

from tests.browser.player import play_first


def choose_language(page, language: str) -> None:
    page.locator("[data-player=settings]").click()
    with page.expect_navigation():
        page.locator("#settings [data-language] select").select_option(language)


def test_it_changes_the_page_its_scripts_and_what_comes_next_and_back(page):
    page.goto("/albums/2/")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "en")
    choose_language(page, "de")
    expect(html).to_have_attribute("lang", "de")
    assert page.url.endswith("/albums/2/")
    expect(page.locator("#settings [data-language] select")).to_have_value("de")
    # What scripts say.
    play_first(page)
    page.locator("[data-player=repeat]").click()
    expect(page.locator("#announcer")).to_have_text("Warteschlange wiederholen")
    # And the pages that come into the shell.
    page.locator("#sidebar a[href='/history/']").click()
    expect(page.locator("#main h1")).to_have_text("Verlauf")
    choose_language(page, "en")
    expect(html).to_have_attribute("lang", "en")
    expect(page.locator("[data-player=repeat]")).to_have_accessible_name("Repeat the queue")
