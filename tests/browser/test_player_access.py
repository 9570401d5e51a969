"""The player for those who do not see it, or use no mouse: axe-core's findings in each of its shapes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.player import play_first, wait_for_position

GRAVE = {"serious", "critical"}


def grave_findings(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in GRAVE]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_grave_in_any_shape_of_the_player(page, service, theme):
    page.context.add_cookies([{"name": "theme", "value": theme, "url": service.address}])
    page.goto("/albums/2/")
    play_first(page)
    wait_for_position(page, 0.5)
    shapes = {
        "queue": lambda: page.locator("[data-player=queue]").click(),
        "about": lambda: page.locator("#tab-about").click(),
        "settings": lambda: page.locator("[data-player=settings]").click(),
        "full": lambda: (page.keyboard.press("Escape"), page.locator("[data-player=expand]").click()),
    }
    for name, shape in shapes.items():
        shape()
        assert not grave_findings(page), name
