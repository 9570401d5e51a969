"""What makes an app of the pages: its manifest, and the worker that answers where there is no connection."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from streaming.pages import styles, texts

# What every page is made of; the rest is asked for where it is used.
SHELL = ("js/*.js", "vendor/htmx/*.js", "icon.svg")
# What the offline page is made from.
PARTS = ("base.html", "partials/*.html", "pages/offline.html")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The names of the shell's files before the script that keeps them: other files make another worker."""
    shell, worker = json.dumps(_shell(get_language())), json.dumps(static("js/service_worker.js"))
    script = f"const SHELL = {shell};\nimportScripts({worker});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """W3C, Web Application Manifest."""
    content = {
        "name": "Musicapp",
        "short_name": "Musicapp",
        "description": "A music service that learns while you listen.",
        "id": reverse("home"),
        "start_url": reverse("home"),
        "scope": reverse("home"),
        "display": "standalone",
        "theme_color": "#0a0b0e",
        "background_color": "#0f1014",
        "categories": ["music"],
        "icons": [
            _icon("icon.svg", "any", "any", "image/svg+xml"),
            _icon("icons/icon-192.png", "192x192", "any"),
            _icon("icons/icon-512.png", "512x512", "any"),
            _icon("icons/maskable-512.png", "512x512", "maskable"),
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/offline.html")


def _icon(name: str, sizes: str, purpose: str, kind: str = "image/png") -> dict:
    return {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}


@cache
def _shell(language: str) -> dict:
    """{version, language, page, files}: addresses to keep, and a word that changes with what is at them."""
    root = Path(settings.STATICFILES_DIRS[0])
    files = [styles.address()]
    files += [static(name) for name in _names(root, SHELL) if name != "js/service_worker.js"]
    if words := texts.address(language):
        files.append(words)
    templates = Path(settings.TEMPLATES[0]["DIRS"][0])
    digest = hashlib.sha256(json.dumps(files).encode())
    for name in _names(templates, PARTS):
        digest.update((templates / name).read_bytes())
    return {"version": digest.hexdigest()[:16], "language": language, "page": reverse("offline"), "files": files}


def _names(root: Path, patterns: tuple[str, ...]) -> list[str]:
    return [str(path.relative_to(root)) for pattern in patterns for path in sorted(root.glob(pattern))]
