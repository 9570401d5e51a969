"""The frame of every page comes in the colours of the listener's cookie."""

import re

import pytest

pytestmark = pytest.mark.django_db


def theme_of(page: str) -> str:
    return re.search(r'<html [^>]*data-theme="([^"]*)"', page)[1]


@pytest.mark.parametrize(
    ("cookie", "theme"), [(None, "dark"), ("light", "light"), ("system", "system"), ('"><script>1', "dark")]
)
def test_the_page_comes_in_the_colours_that_were_chosen(client, cookie, theme):
    if cookie:
        client.cookies["theme"] = cookie
    page = client.get("/login/").content.decode()
    assert theme_of(page) == theme
    assert "<script>1" not in page


def test_what_is_the_same_for_everybody_is_written_once_a_language(client):
    english, german = (
        client.get("/login/", headers={"Accept-Language": language}).content.decode() for language in ("en", "de")
    )
    assert '<nav id="sidebar" aria-label="Main">' in english
    assert '<nav id="sidebar" aria-label="Hauptmenü">' in german
    assert "History" in english and "History" not in german
