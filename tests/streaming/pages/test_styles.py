"""The style sheets of the pages, in one answer."""

import gzip
import re
from pathlib import Path

from django.conf import settings

from streaming.pages import styles

CSS = Path(settings.STATICFILES_DIRS[0], "css")


def named(client) -> list[str]:
    return re.findall(r'<link rel="stylesheet" href="([^"]+)"', client.get("/login/").text)


def test_a_page_waits_for_one_style_sheet_and_it_is_all_of_them(client, db):
    (address,) = named(client)
    response = client.get(address)
    assert response["Content-Type"] == "text/css; charset=utf-8"
    # The admin's is its own.
    for sheet in set(CSS.glob("*.css")) - {CSS / "status.css"}:
        assert sheet.read_text() in response.text, sheet.name


def test_it_is_kept_for_good_and_sent_compressed(client, db):
    (address,) = named(client)
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in response["Cache-Control"] and "max-age=31536000" in response["Cache-Control"]
    assert gzip.decompress(response.content) == styles.joined()


def test_other_sheets_have_another_address(client, db, settings, tmp_path):
    settings.DEBUG = True
    before = styles.address()
    (tmp_path / "css").mkdir()
    for name in styles.SHEETS:
        (tmp_path / "css" / f"{name}.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [tmp_path]
    assert styles.address() != before
