"""Static files, sent before Django is asked."""

import asyncio
import gzip
import json
import re

import httpx
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.utils.functional import empty

from musicapp import static_files

# Bytes that all scripts may have, as they are sent.
MOST = 100_000
HASHED = "player.0123456789ab.js"


def wsgi(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"from the application"]


async def asgi(scope, receive, send):
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"from the application"})


def by_wsgi(path: str) -> httpx.Response:
    with httpx.Client(transport=httpx.WSGITransport(static_files.before_wsgi(wsgi)), base_url="http://here") as client:
        return client.get(path)


def by_asgi(path: str) -> httpx.Response:
    async def got() -> httpx.Response:
        transport = httpx.ASGITransport(static_files.before_asgi(asgi))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path)

    return asyncio.run(got())


@pytest.fixture
def root(settings, tmp_path):
    (tmp_path / "static" / "js").mkdir(parents=True)
    for name in (HASHED, "player.js"):
        (tmp_path / "static" / "js" / name).write_text("play();")
    (tmp_path / "secret-key").write_text("hush")
    settings.STATIC_ROOT = tmp_path / "static"
    return settings.STATIC_ROOT


@pytest.mark.parametrize("get", [by_wsgi, by_asgi])
def test_a_name_with_a_hash_is_kept_for_ever_and_another_is_not(root, get):
    hashed, plain = get(f"/static/js/{HASHED}"), get("/static/js/player.js")
    assert hashed.text == plain.text == "play();"
    assert "immutable" in hashed.headers["Cache-Control"]
    assert "immutable" not in plain.headers["Cache-Control"]
    assert {answer.headers["X-Content-Type-Options"] for answer in (hashed, plain)} == {"nosniff"}


@pytest.mark.parametrize("get", [by_wsgi, by_asgi])
@pytest.mark.parametrize(
    "path", ["/", "/static/", "/static/js/", "/static/js/gone.js", "/static/../secret-key", "/static/%2e%2e/secret-key"]
)
def test_all_else_is_the_applications(root, get, path):
    assert get(path).text == "from the application"


@pytest.mark.parametrize("get", [by_wsgi, by_asgi])
def test_where_none_were_collected_the_application_answers_alone(settings, tmp_path, get):
    settings.STATIC_ROOT = tmp_path / "nothing"
    assert get("/static/js/player.js").status_code == 404


@pytest.fixture
def collected(settings, tmp_path):
    """What a server sends, in its folder."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "musicapp.static_files.StaticFiles"}}
    staticfiles_storage._wrapped = empty
    call_command("collectstatic", interactive=False, verbosity=0)
    yield settings.STATIC_ROOT
    staticfiles_storage._wrapped = empty


def test_scripts_are_small_and_import_each_other_under_names_with_a_hash(collected):
    named = json.loads((collected / "staticfiles.json").read_text())["paths"]
    scripts = [collected / name for name in named.values() if re.fullmatch(r"(js|vendor)/.*\.[0-9a-f]{12}\.js", name)]
    assert len(scripts) > 40
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in scripts) < MOST
    ours = [path.read_text() for path in scripts if path.parent.name == "js"]
    imported = [name for text in ours for name in re.findall(r"""(?:from|import)\s*["'](\.[^"']+)""", text)]
    assert len(imported) > 40
    assert [name for name in imported if not re.search(r"\.[0-9a-f]{12}\.js$", name)] == []
    assert not any(re.search(r"^\s*//|/\*\*", text, re.MULTILINE) for text in ours)
