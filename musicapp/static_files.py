"""Static files: under names that carry their content's hash, so that browsers keep them for ever, and before Django.

Beside Django's middlewares they would cost every other request too: ServeStatic's own middleware is asynchronous alone,
and so all that comes after it in a WSGI process would wait for an event loop and a thread of its own.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler, StaticFilesHandler
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from rjsmin import jsmin
from servestatic import ServeStatic, ServeStaticASGI
from servestatic.storage import CompressedManifestStaticFilesStorage

# Of our own making; what is vendored comes as its makers send it.
OURS = "js/"


class StaticFiles(CompressedManifestStaticFilesStorage):
    # Without it only the first module would have a hashed name, and those that it imports would be kept when stale.
    support_js_module_import_aggregation = True

    def save(self, name: str, content: File, max_length: int | None = None) -> str:
        """As `collectstatic` puts each file in its place: scripts of ours without comments, a quarter smaller so."""
        if _is_ours(name):
            content = ContentFile(jsmin(content.read().decode()).encode())
        return super().save(name, content, max_length)

    def post_process(self, paths: dict[str, tuple[Storage, str]], **options: bool) -> Iterator[tuple]:
        """The copies under a hash are made of what was saved, not of what it was made from."""
        saved = {name: (self, name) if _is_ours(name) else source for name, source in paths.items()}
        return super().post_process(saved, **options)


def _is_ours(name: str) -> bool:
    return name.startswith(OURS) and name.endswith(".js")


def before_wsgi(application: Callable) -> Callable:
    """A WSGI application that sends static files itself, and leaves the rest to this one."""
    return StaticFilesHandler(application) if settings.DEBUG else _before(application, ServeStatic)


def before_asgi(application: Callable) -> Callable:
    """As `before_wsgi`, for HTTP under ASGI."""
    return ASGIStaticFilesHandler(application) if settings.DEBUG else _before(application, ServeStaticASGI)


def _before(application: Callable, kind: type[ServeStatic] | type[ServeStaticASGI]) -> Callable:
    # Where nginx sends them, they need not be here.
    if not Path(settings.STATIC_ROOT).is_dir():
        return application
    return kind(application, settings.STATIC_ROOT, settings.STATIC_URL, add_headers_function=_add_headers)


def _add_headers(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
