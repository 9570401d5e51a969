"""The similar tracks of a track's page, by the method that is chosen there."""

from playwright.sync_api import expect


def test_another_method_is_shown_without_a_reload(page):
    page.goto("/tracks/8/")
    page.evaluate("window.before = document.querySelector('.hero'); window.byKnn = document.getElementById('similar')")
    expect(page.locator("#similar-knn")).to_have_attribute("aria-current", "true")
    page.locator("#similar-autoencoder").click()
    expect(page.locator("#similar-autoencoder")).to_have_attribute("aria-current", "true")
    assert page.locator("#similar").count() == 1
    # Another list came in its place, whatever the model has learned by now.
    assert not page.evaluate("window.byKnn.isConnected")
    # Neither the rest of the page nor its address is new, and the choice keeps the focus.
    assert page.evaluate("window.before.isConnected")
    assert page.url.endswith("/tracks/8/")
    assert page.evaluate("document.activeElement.id") == "similar-autoencoder"


def test_another_method_without_javascript(browser, service):
    context = browser.new_context(base_url=service.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/tracks/8/")
    page.locator("#similar-autoencoder").click()
    expect(page.locator("#similar-autoencoder")).to_have_attribute("aria-current", "true")
    assert page.url.endswith("/tracks/8/?similar=autoencoder")
    context.close()
