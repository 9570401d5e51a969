"""What is typed into the search field is understood while it is typed."""

from playwright.sync_api import expect


def test_suggestions_are_reached_by_keys_alone(page):
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("artsit")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    field = page.locator("#search-field")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    address = options.first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    expect(page.locator("#suggestions")).to_be_hidden()


def test_escape_closes_and_enter_opens_the_whole_page(page):
    page.goto("/")
    page.locator("#search-field").press_sequentially("artist")
    expect(page.locator("#suggestions")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=artist")


def test_a_suggestion_can_be_clicked(page):
    page.goto("/")
    page.locator("#search-field").press_sequentially("artist")
    option = page.get_by_role("option").first
    address = option.get_attribute("href")
    option.click()
    page.wait_for_url(f"**{address}")
    expect(page.locator("#suggestions")).to_be_hidden()
