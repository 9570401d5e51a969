"""Tabs and devices of one listener: one plays, the others show it, steer it, and go on with it."""

from playwright.sync_api import expect

from tests.browser.player import choose, expect_playing, play_first, wait_for_position


def test_one_tab_plays_and_another_shows_it_steers_it_and_goes_on_with_it(page, context):
    page.goto("/albums/2/")
    play_first(page)
    wait_for_position(page, 3)
    other = context.new_page()
    other.goto("/")
    expect(other.locator("#elsewhere")).to_contain_text("Playing in Chrome")
    expect_playing(other, "Long 1")
    assert other.evaluate("document.getElementById('audio').paused")

    other.locator("[data-player=next]").click()
    expect_playing(page, "Long 2")
    expect_playing(other, "Long 2")
    other.locator("[data-player=toggle]").click()
    for tab in (page, other):
        expect(tab.locator("#player")).to_have_attribute("data-state", "paused")
    other.locator("[data-player=toggle]").click()
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")

    page.locator("[data-player=seek]").fill("30")
    wait_for_position(page, 31)
    other.get_by_role("button", name="Play here").click()
    wait_for_position(other, 31)
    expect(page.locator("#elsewhere")).to_be_visible()
    assert page.evaluate("document.getElementById('audio').paused")
    assert not other.evaluate("document.getElementById('audio').paused")

    # The tab that plays is closed: the one that is left can go on by itself.
    other.close()
    expect(page.locator("#elsewhere")).to_be_hidden()
    page.locator("[data-player=toggle]").click()
    wait_for_position(page, 32)


def test_how_many_listen_is_said_and_not_who(page):
    page.goto("/albums/2/")
    play_first(page)
    # Whoever another test left without a word counts for a minute.
    expect(page.locator("#listening")).to_have_text("1 listener now", timeout=100_000)


def test_it_plays_on_without_sockets_and_without_storage(context):
    page = context.new_page()
    page.route_web_socket("**", lambda socket: socket.close())
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
            Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });"""
    )
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto("/albums/1/")
    choose(page, "crossfade", "0")
    play_first(page)
    expect_playing(page, "Short 2")
    page.get_by_role("link", name="Genres", exact=True).click()
    expect(page.locator("h1")).to_have_text("Genres")
    expect_playing(page, "Short 3")
    assert not errors


def test_a_server_that_comes_back_is_gone_on_with(page):
    away = {"is": False}
    page.route("**/audio/*", lambda route: route.abort() if away["is"] else route.continue_())
    page.goto("/albums/2/")
    play_first(page)
    wait_for_position(page, 1)
    away["is"] = True
    page.locator("[data-player=next]").click()
    expect(page.locator("#toasts")).to_contain_text("The server is away")
    away["is"] = False
    expect_playing(page, "Long 2")
    wait_for_position(page, 1)
