"""axe-core finds nothing serious or critical on any page, in the dark and in the light, wide and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.player import play_first, wait_for_position

GRAVE = {"serious", "critical"}
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Theme, size and what is asked: of the other theme in the same shape, the contrasts alone can differ.
ALL, CONTRASTS = {"resultTypes": ["violations"]}, {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
SHAPES = [("dark", WIDE, ALL), ("light", WIDE, CONTRASTS), ("light", PHONE, ALL), ("dark", PHONE, CONTRASTS)]
PAGES = [
    "/",
    "/genres/",
    "/genres/map/",
    "/artists/",
    "/albums/?sort=title",
    "/genres/1/",
    "/years/",
    "/licences/",
    "/tags/",
    "/tracks/",
    "/tracks/1/",
    "/albums/3/",
    "/artists/1/",
    "/search/?q=artist",
    "/search/?q=zzzzzz",
    "/playlists/",
    "/playlists/new/",
    "/playlists/rules/",
    "/liked/",
    "/banned/",
    "/history/",
    "/history/charts/",
    "/your-data/",
    "/your-data/clear/",
    "/login/",
    "/signup/",
    "/offline/",
    "/no-such-page/",
]


# The library's own `run` sends axe's half a megabyte to the page anew each time, and all of what passed back.
RUN = """async (options) => (await axe.run(options)).violations.flatMap(({ id, impact, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => {
        return [impact, `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 200)}`];
    })
)"""


@pytest.fixture
def grave(page):
    """Runs axe on what the page shows; its grave findings as text. Every page that is opened from now on has axe."""
    page.add_init_script(Axe().axe_script)
    return lambda options: [text for impact, text in page.evaluate(RUN, options) if impact in GRAVE]


def turn(page, theme: str, size: dict) -> None:
    page.set_viewport_size(size)
    # A colour on its way from one theme to the other is neither's.
    page.evaluate(
        """async (theme) => {
            document.documentElement.dataset.theme = theme;
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            // One that goes with the scrolling ends with that only.
            const timed = document.getAnimations().filter((one) => one.timeline === document.timeline);
            await Promise.all(timed.map((one) => one.finished.catch(() => null)));
        }""",
        theme,
    )


# Two halves, for two workers.
@pytest.mark.parametrize("addresses", [PAGES[::2], PAGES[1::2]], ids=["even", "odd"])
def test_no_page_has_a_grave_finding(page, grave, addresses):
    page.emulate_media(reduced_motion="reduce")
    findings: dict[str, list] = {}
    for address in addresses:
        page.goto(address)
        for theme, size, asked in SHAPES:
            turn(page, theme, size)
            for found in grave(asked):
                findings.setdefault(found, []).append((address, theme, size["width"]))
    assert findings == {}


def test_what_opens_over_a_page_has_none_either(page, grave):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/albums/2/")
    play_first(page)
    wait_for_position(page, 0.5)
    opens = {
        "queue": lambda: page.keyboard.press("q"),
        "map": lambda: page.keyboard.press("?"),
        "settings": lambda: (page.keyboard.press("Escape"), page.keyboard.press(",")),
        "full": lambda: (page.keyboard.press("Escape"), page.locator("body").press("f")),
        "menu": lambda: (page.keyboard.press("Escape"), page.locator("#main [data-menu]").first.click()),
        "search": lambda: (page.keyboard.press("Escape"), page.locator("#search-field").press_sequentially("tone")),
    }
    findings: dict[str, list] = {}
    for name, show in opens.items():
        page.set_viewport_size(WIDE)
        show()
        for theme, size, asked in SHAPES:
            turn(page, theme, size)
            for found in grave(asked):
                findings.setdefault(found, []).append((name, theme, size["width"]))
    assert findings == {}
