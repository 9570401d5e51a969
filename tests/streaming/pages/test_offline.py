"""The manifest, the worker and the offline page."""

import json
import re
from pathlib import Path

from django.contrib.staticfiles import finders


def shell(client) -> dict:
    return json.loads(re.match(r"const SHELL = (\{.*\});\n", client.get("/service-worker.js").text)[1])


def test_the_worker_may_answer_for_the_whole_site_and_is_asked_for_anew_each_time(client):
    response = client.get("/service-worker.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    assert 'importScripts("/static/js/service_worker.js")' in response.text


def test_the_shell_is_every_style_and_script_that_a_page_names(client, db):
    page = client.get("/login/").text
    named = set(re.findall(r'(?:src|href)="(/(?:static/js|static/vendor|styles)/[^"]+)"', page))
    assert {name.split("/")[1] for name in named} == {"static", "styles"}
    assert named <= set(shell(client)["files"])


def test_the_shell_holds_only_files_that_are_there(client):
    for address in shell(client)["files"]:
        is_file = address.startswith("/static/") and finders.find(address.removeprefix("/static/"))
        assert is_file or client.get(address).status_code == 200, address


def test_the_manifest_names_icons_of_the_sizes_that_they_have(client):
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    icons = [icon for icon in response.json()["icons"] if icon["type"] == "image/png"]
    assert {icon["sizes"] for icon in icons} == {"192x192", "512x512"}
    for icon in icons:
        header = Path(finders.find(icon["src"].removeprefix("/static/"))).read_bytes()
        # PNG, 11.2.1: width and height follow the name of the first chunk.
        width, height = (int.from_bytes(header[at : at + 4]) for at in (16, 20))
        assert f"{width}x{height}" == icon["sizes"]


def test_the_offline_page_is_nobodys(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("somebody"))
    assert client.get(shell(client)["page"]).status_code == 200
    client.logout()
    assert "somebody" not in client.get("/offline/").text
