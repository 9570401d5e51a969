"""Lists and playlists in the browser: menus, several rows at once, order by mouse and keys, long lists, charts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.catalogue import HTML_TITLE
from tests.browser.player import play_first, wait_for_event


def api(page: Page, method: str, address: str, data: object = None) -> dict:
    """The site's own API, as the page's listener."""
    page.goto("/login/")
    return page.evaluate(
        """async ([method, address, data]) => {
            const csrf = document.getElementById("account").dataset.csrf;
            const headers = {"Content-Type": "application/json", "X-CSRFToken": csrf};
            const response = await fetch(address, {method, headers, body: data && JSON.stringify(data)});
            return response.json();
        }""",
        [method, address, data],
    )


@pytest.fixture
def playlist(page) -> str:
    """The address of a playlist of the five tracks 1 to 5."""
    made = api(page, "POST", "/api/v1/playlists/", {"name": HTML_TITLE[:300]})
    api(page, "POST", f"/api/v1/playlists/{made['id']}/tracks/", {"tracks": [1, 2, 3, 4, 5]})
    return made["url"]


def titles(page: Page) -> list[str]:
    return page.locator("#main [data-rows] .row-title").all_inner_texts()


def order_on_server(page: Page, playlist: str) -> list[int]:
    rows = page.evaluate(f"fetch('/api/v1{playlist}tracks/?count=1000').then((answer) => answer.json())")["tracks"]
    return [row["track"]["id"] for row in rows]


def test_the_menu_of_a_row_is_worked_by_keys_and_goes_back_to_its_button(page):
    page.goto("/genres/1/")
    button = page.locator("#main [data-menu]").nth(1)
    button.focus()
    button.press("Enter")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("End")
    expect(menu.get_by_role("menuitem").last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(button).to_be_focused()


def test_play_next_and_add_to_queue(page):
    page.goto("/albums/2/")
    play_first(page)
    page.goto("/albums/1/")
    page.locator("#main .row").nth(0).click(button="right")
    page.get_by_role("menuitem", name="Add to queue").click()
    page.locator("#main .row").nth(1).click(button="right")
    page.get_by_role("menuitem", name="Play next").click()
    page.locator("[data-player=queue]").click()
    queued = page.locator(".queue-title")
    expect(queued).to_have_text(["Long 1", "Short 2", "Long 2", "Long 3", "Short 1"])


def test_what_a_menu_says_of_a_track_is_an_event(page, events):
    page.goto("/albums/1/")
    page.locator("#main .row").first.click(button="right")
    page.get_by_role("menuitem", name="Not for me").click()
    assert wait_for_event(page, events, "banned")["track_id"] == 1
    expect(page.locator("#main .row").first).to_have_class("row is-banned")
    page.locator("#main .row").first.click(button="right")
    page.get_by_role("menuitem", name="Suggest again").click()
    wait_for_event(page, events, "unbanned")


def test_several_rows_go_to_a_new_playlist_in_their_order(page):
    page.goto("/genres/1/")
    wanted = titles(page)[1:4]
    rows = page.locator("#main [data-rows] .row")
    rows.nth(1).locator(".row-note").click(modifiers=["Control"])
    rows.nth(3).locator(".row-note").click(modifiers=["Shift"])
    expect(page.locator(".selection-count")).to_have_text("3 chosen")
    page.get_by_role("button", name="Add to playlist …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To a new one").fill("Chosen ones")
    dialog.get_by_role("button", name="Make it").click()
    expect(page.locator("#toasts")).to_contain_text("Added to “Chosen ones”")
    expect(dialog).to_have_count(0)
    expect(page.locator("[data-selection]")).to_be_hidden()
    page.get_by_role("link", name="Playlists").click()
    page.get_by_role("link", name="Chosen ones").click()
    expect(page.locator("h1")).to_have_text("Chosen ones")
    assert titles(page) == wanted


def test_rows_are_chosen_by_keys_and_let_go_by_escape(page):
    page.goto("/genres/1/")
    page.locator("#main .row-title").first.focus()
    page.keyboard.press("x")
    expect(page.locator(".selection-count")).to_have_text("1 chosen")
    page.keyboard.press("Escape")
    expect(page.locator("[data-selection]")).to_be_hidden()


def test_entries_are_put_in_order_by_keys(page, playlist):
    page.goto(playlist)
    handle = page.locator("#main [data-drag]").nth(3)
    handle.focus()
    with page.expect_response("**/tracks/*/"):
        page.keyboard.press("Alt+ArrowUp")
    assert order_on_server(page, playlist) == [1, 2, 4, 3, 5]
    with page.expect_response("**/tracks/*/"):
        page.keyboard.press("Alt+ArrowUp")
    assert order_on_server(page, playlist) == [1, 4, 2, 3, 5]
    before = titles(page)
    page.reload()
    assert titles(page) == before


def test_an_entry_is_dragged_to_the_end(page, playlist):
    page.goto(playlist)
    handle, last = (
        page.locator("#main [data-drag]").first.bounding_box(),
        page.locator("#main .row").last.bounding_box(),
    )
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(last["x"] + 10, last["y"] + last["height"] + 4, steps=8)
    with page.expect_response("**/tracks/*/"):
        page.mouse.up()
    assert order_on_server(page, playlist) == [2, 3, 4, 5, 1]


def test_an_entry_is_put_at_a_place_that_the_page_does_not_show_yet(page):
    made = api(page, "POST", "/api/v1/playlists/", {"name": "Long"})
    ids = [1, *[2, 3] * 60]
    api(page, "POST", f"/api/v1/playlists/{made['id']}/tracks/", {"tracks": ids})
    page.goto(made["url"])
    expect(page.locator("#main .row")).to_have_count(50)
    page.once("dialog", lambda dialog: dialog.accept("100"))
    page.locator("#main [data-menu]").first.click()
    with page.expect_response("**/tracks/*/"):
        page.get_by_role("menuitem", name="Move to place …").click()
    expect(page.locator("#announcer")).to_contain_text("is now at place 100")
    order = order_on_server(page, made["url"])
    assert order == [*ids[1:100], 1, *ids[100:]]
    # Within what is shown the row goes there at once; beyond the end is the end.
    for place, where in (("3", 2), ("1000", len(ids) - 1)):
        page.reload()
        moved = order_on_server(page, made["url"])
        page.once("dialog", lambda dialog, place=place: dialog.accept(place))
        with page.expect_response("**/tracks/*/"):
            page.locator("#main [data-drag]").first.click()
        assert order_on_server(page, made["url"])[where] == moved[0]


@pytest.mark.parametrize(("asked", "where"), [("53", 52), ("110", 109), ("1000", 120), ("2", 1)])
def test_a_page_further_on_counts_places_of_the_whole_list(page, asked, where):
    made = api(page, "POST", "/api/v1/playlists/", {"name": "Long"})
    api(page, "POST", f"/api/v1/playlists/{made['id']}/tracks/", {"tracks": [1, *[2, 3] * 60]})
    page.goto(made["url"])
    further = page.locator("#main .pager a[rel=next]").get_attribute("href")
    page.goto(f"{made['url']}{further}")
    row = page.locator("#main .row").first
    entry = row.get_attribute("data-entry")
    offered = []
    page.once("dialog", lambda dialog: (offered.append(dialog.default_value), dialog.accept(asked)))
    with page.expect_response("**/tracks/*/"):
        row.locator("[data-drag]").click()
    assert offered == ["51"]
    expect(page.locator("#announcer")).to_contain_text(f"is now at place {where + 1}")
    whole = api(page, "GET", f"/api/v1/playlists/{made['id']}/tracks/?count=200", None)
    assert [each["entry"] for each in whole["tracks"]].index(int(entry)) == where


def test_an_entry_is_taken_out_by_its_menu(page, playlist):
    page.goto(playlist)
    page.locator("#main [data-menu]").nth(1).click()
    with page.expect_response("**/tracks/"):
        page.get_by_role("menuitem", name="Take out of this playlist").click()
    assert order_on_server(page, playlist) == [1, 3, 4, 5]
    expect(page).not_to_have_title("injected")


def test_a_long_playlist_goes_on_by_itself_and_is_played_whole(page):
    made = api(page, "POST", "/api/v1/playlists/", {"name": "Long"})
    api(page, "POST", f"/api/v1/playlists/{made['id']}/tracks/", {"tracks": [1, 2, 3] * 40})
    page.goto(made["url"])
    expect(page.locator("#main .row")).to_have_count(50)
    page.locator("#main .pager").scroll_into_view_if_needed()
    expect(page.locator("#main .row")).to_have_count(100)
    page.locator("#main .pager").scroll_into_view_if_needed()
    expect(page.locator("#main .row")).to_have_count(120)
    expect(page.locator("#main .pager a[rel=next]")).to_have_count(0)
    page.locator("[data-play-all]").click()
    page.locator("[data-player=queue]").click()
    expect(page.locator(".queue-source")).to_contain_text("119")


def test_after_a_thousand_rows_a_list_goes_on_by_its_link(page):
    made = api(page, "POST", "/api/v1/playlists/", {"name": "Very long"})
    api(page, "POST", f"/api/v1/playlists/{made['id']}/tracks/", {"tracks": [1, 2, 3] * 350})
    page.goto(made["url"])
    rows, link = page.locator("#main .row"), page.locator("#main .pager a[rel=next]")
    for count in range(100, 1001, 50):
        link.scroll_into_view_if_needed()
        expect(rows).to_have_count(count)
    link.scroll_into_view_if_needed()
    link.click()
    expect(rows).to_have_count(50)
    expect(rows.first.locator(".row-number")).to_have_text("1001")


def test_filters_narrow_the_list_without_leaving_the_page(page):
    page.goto("/tracks/")
    page.evaluate("window.mark = 'the same document'")
    page.locator("#main").get_by_label("Genre").select_option("Folk")
    expect(page).to_have_url("/tracks/?genre=2&year=&licence=&sort=popular")
    expect(page.locator("h1")).to_have_text("Folk")
    by_listens = titles(page)
    page.get_by_label("Sort by").select_option("Title")
    expect(page.locator("#main [data-rows] .row-title")).to_have_text(sorted(by_listens))
    assert page.evaluate("window.mark") == "the same document"


def test_rules_are_edited_tried_and_saved(page):
    page.goto("/playlists/rules/")
    page.get_by_label("Name").fill("Long ones")
    page.get_by_label("What is asked").select_option("Duration")
    expect(page.locator("#main").get_by_text("seconds")).to_be_visible()
    page.get_by_label("With what").fill("30")
    page.get_by_role("button", name="See what it finds").click()
    expect(page.locator("#found")).to_contain_text("tracks")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Long ones")
    assert all(title.startswith(("Long", "Tone", "Vanishing", "After it")) for title in titles(page))


def test_a_ban_is_taken_back_on_its_page(page, events):
    page.goto("/albums/1/")
    page.locator("#main .row").nth(2).click(button="right")
    with page.expect_response("**/api/v1/events/"):
        page.get_by_role("menuitem", name="Not for me").click()
    for _ in range(50):
        page.goto("/banned/")
        if page.locator("#main .row").count():
            break
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Suggest Short 3 again").click()
    assert wait_for_event(page, events, "unbanned")["track_id"] == 5
    expect(page.locator("#main .row")).to_have_count(0)


def test_the_chart_of_days_is_drawn(page, events):
    page.goto("/albums/1/")
    play_first(page)
    wait_for_event(page, events, "finished")
    for _ in range(50):
        page.goto("/history/charts/")
        if page.locator("[data-chart]").count():
            break
        page.wait_for_timeout(100)
    expect(page.locator("[data-chart] canvas")).to_have_count(1)
    page.get_by_text("As a table").click()
    expect(page.locator(".chart-table tbody tr")).to_have_count(1)


def test_a_file_becomes_a_playlist(page, tmp_path):
    page.goto("/playlists/")
    file = tmp_path / "mine.m3u8"
    file.write_bytes(b"#EXTM3U\n" + b"#" * 2_100_000)
    page.get_by_label("Import a file").set_input_files(file)
    expect(page.locator("#toasts")).to_contain_text("larger than 2 MB")
    file.write_text("#EXTM3U\n#EXTINF:2,Artist 1 - Short 1\na.mp3\n#EXTINF:2,Nobody - Nothing\nb.mp3\n")
    page.get_by_label("Import a file").set_input_files(file)
    expect(page.locator("#main")).to_contain_text("1 is not in this catalogue: Nobody - Nothing")
    page.get_by_role("link", name="the new playlist").click()
    expect(page.locator("#main .row-title")).to_have_text(["Short 1"])


def test_playlists_work_without_scripts(browser, service):
    context = browser.new_context(base_url=service.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/playlists/add/?track=1&track=2")
    page.get_by_label("To a new one").fill("Plain")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("h1")).to_have_text("Plain")
    page.get_by_role("button", name="Down: Short 1").click()
    expect(page.locator("#main .row-title")).to_have_text(["Long 1", "Short 1"])
    page.get_by_role("button", name="Take out: Long 1").click()
    expect(page.locator("#main .row-title")).to_have_text(["Short 1"])
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Delete the playlist").click()
    expect(page.locator("#main h2")).to_have_text("No playlists yet")
    context.close()
