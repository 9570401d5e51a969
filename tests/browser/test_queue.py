"""The queue: put in order, shuffled, repeated, gone on with by the radio, and kept where other devices find it."""

from playwright.sync_api import expect

from tests.browser.player import expect_playing, play_first, queued, wait_for_answer, wait_for_event, wait_for_position


def open_queue(page) -> None:
    page.goto("/albums/2/")
    play_first(page)
    page.locator("[data-player=queue]").click()
    expect(page.locator(".queue-title")).to_have_text(["Long 1", "Long 2", "Long 3"])


def wait_until_kept(page, titles: list[str]) -> None:
    def is_kept(queue: dict) -> bool:
        # The radio adds its own once the last one is near.
        chosen = [entry for entry in queue.get("entries") or [] if not entry["added"]]
        return [entry["track"]["title"] for entry in chosen] == titles

    wait_for_answer(page, "/api/v1/queue/", is_kept)


def test_it_is_put_in_order_by_keyboard_and_by_dragging(page):
    open_queue(page)
    page.locator(".queue-jump").nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".queue-title")).to_have_text(["Long 1", "Long 3", "Long 2"])
    # The focus goes with the track, so that it can be moved on.
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".queue-title")).to_have_text(["Long 3", "Long 1", "Long 2"])
    expect_playing(page, "Long 1")

    handle, first = (
        page.locator(".queue-drag").nth(2).bounding_box(),
        page.locator(".queue-list li").first.bounding_box(),
    )
    page.mouse.move(handle["x"] + 10, handle["y"] + 20)
    page.mouse.down()
    page.mouse.move(handle["x"] + 10, first["y"] + 4, steps=5)
    page.mouse.up()
    expect(page.locator(".queue-title")).to_have_text(["Long 2", "Long 3", "Long 1"])
    expect_playing(page, "Long 1")
    wait_until_kept(page, ["Long 2", "Long 3", "Long 1"])


def test_a_track_is_put_at_any_place_by_its_number(page, service):
    page.goto("/albums/2/")
    play_first(page)
    page.wait_for_function("JSON.parse(sessionStorage.getItem('queue')) !== null")
    page.evaluate(
        """() => {
            const { tracks } = JSON.parse(sessionStorage.getItem("queue"));
            const numbered = (_, place) => ({ ...tracks[place % 3], title: `Number ${place + 1}` });
            const many = Array.from({ length: 500 }, numbered);
            sessionStorage.setItem("queue", JSON.stringify({ tracks: many, station: null }));
        }"""
    )
    page.reload()
    page.locator("[data-player=queue]").click()
    expect(page.locator(".queue-title").nth(1)).to_have_text("Number 2")
    asked = []

    def answer(dialog) -> None:
        asked.append(dialog.default_value)
        dialog.accept("400")

    page.once("dialog", answer)
    # By the keyboard: the handle is a button.
    page.locator(".queue-drag").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#announcer")).to_have_text("Number 2: now number 400 of 500")
    assert asked == ["2"]
    titles = page.evaluate("JSON.parse(sessionStorage.getItem('queue')).tracks.map((track) => track.title)")
    assert (titles[1], titles[399], titles[400]) == ("Number 3", "Number 2", "Number 401")
    # What is no place changes nothing.
    for said in ("", "nowhere", "-3", "0"):
        page.once("dialog", lambda dialog, said=said: dialog.accept(said))
        page.locator(".queue-drag").nth(1).click()
    expect(page.locator(".queue-title").nth(1)).to_have_text("Number 3")


def test_another_browser_of_the_same_listener_goes_on_with_it(page, browser, service):
    open_queue(page)
    page.locator(".queue-jump").nth(1).click()
    wait_for_position(page, 3)
    page.locator("[data-player=toggle]").click()
    wait_until_kept(page, ["Long 1", "Long 2", "Long 3"])
    wait_for_answer(page, "/api/v1/queue/", lambda queue: queue["position_ms"] >= 3000)
    # The same listener by the same cookie, and nothing else of the first browser.
    other = browser.new_context(
        base_url=service.address, storage_state={"cookies": page.context.cookies(), "origins": []}
    )
    page.close()
    second = other.new_page()
    second.goto("/")
    expect(second.locator(".player-title")).to_have_text("Long 2")
    second.locator("[data-player=toggle]").click()
    wait_for_position(second, 3)
    other.close()


def test_the_radio_goes_on_where_the_queue_ends(page, events):
    page.goto("/albums/1/")
    page.locator("#main .row [data-play]").last.click()
    page.locator("[data-player=queue]").click()
    expect(page.locator(".queue-list .is-added").first).to_contain_text("radio")
    expect(page.locator(".queue-list li:not(.is-added)")).to_have_count(3)
    wait_for_event(page, events, "finished")
    assert wait_for_event(page, events, "started", 2)["source"].startswith("radio:track:")


def test_one_track_is_repeated_for_as_long_as_that_is_wanted(page, events):
    page.goto("/albums/1/")
    repeat = page.locator("[data-player=repeat]")
    repeat.click()
    repeat.click()
    expect(repeat).to_have_attribute("aria-label", "Repeat this track")
    play_first(page)
    again = wait_for_event(page, events, "started", 2)
    assert again["track_id"] == 1
    repeat.click()
    expect_playing(page, "Short 2")


def test_a_shuffle_spreads_artists_and_can_be_taken_back(page):
    open_queue(page)
    # Four tracks of one artist among eight: drawn at random, 1.5 pairs a list would stand side by side (4 * 3 / 8).
    pairs = page.evaluate("""async () => {
        const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
        const { spread } = await import(loaded.find((name) => name.includes("/spread.")));
        let pairs = 0;
        for (let round = 0; round < 200; round++) {
            const list = spread([..."aaaabcde"].map((artist, id) => ({ artist, id })));
            if (new Set(list.map(({ id }) => id)).size !== 8) throw new Error("a track is missing");
            pairs += list.filter((track, place) => place && list[place - 1].artist === track.artist).length;
        }
        return pairs / 200;
    }""")
    assert pairs < 0.5
    shuffle = page.locator("[data-player=shuffle]")
    shuffle.click()
    expect(shuffle).to_have_attribute("aria-pressed", "true")
    assert sorted(queued(page)) == ["Long 1", "Long 2", "Long 3"]
    expect_playing(page, "Long 1")
    shuffle.click()
    expect(page.locator(".queue-title")).to_have_text(["Long 1", "Long 2", "Long 3"])


def test_ten_thousand_tracks_can_be_kept_and_are_listed_in_part(page, service):
    page.goto("/")
    kept = page.evaluate("""async () => {
        const token = document.getElementById("account").dataset.csrf;
        const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
        const entries = Array.from({ length: 10000 }, (_, place) => ({ track: 2 + 2 * (place % 3) }));
        const queue = { entries, index: 5000, position_ms: 0, station: null, device: { id: "x", name: "y" } };
        return (await fetch("/api/v1/queue/", { method: "PUT", headers, body: JSON.stringify(queue) })).status;
    }""")
    assert kept == 200
    page.reload()
    expect(page.locator(".player-title")).to_have_text("Long 3")
    page.locator("[data-player=queue]").click()
    expect(page.locator(".queue-more")).to_contain_text("more")
    assert page.locator(".queue-list li").count() < 300
    page.locator("[data-player=toggle]").click()
    expect_playing(page, "Long 3")


def test_whoever_signs_out_leaves_no_queue_behind_in_the_browser(page):
    page.goto("/signup/")
    page.locator("[name=username]").fill("mehetabel")
    for number in (1, 2):
        page.locator(f"[name=password{number}]").fill("a long enough secret")
    page.locator("#main form button").click()
    expect(page.locator(".account-name")).to_have_text("mehetabel")
    open_queue(page)
    page.locator("[data-player=toggle]").click()
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    wait_until_kept(page, ["Long 1", "Long 2", "Long 3"])
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#player")).to_have_attribute("data-state", "empty")
    expect(page.locator(".player-title")).to_have_text("")
    page.reload()
    expect(page.locator("#player")).to_have_attribute("data-state", "empty")
