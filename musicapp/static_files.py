"""Static files: under names that carry their content's hash, so that browsers keep them for ever, and before Django.

Beside Django's middlewares they would cost every other request too: ServeStatic's own middleware is asynchronous alone,
and so all that comes after it in a WSGI process would wait for an event loop and a thread of its own.
"""

from collections.abc import Callable
from pathlib import Path
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler, StaticFilesHandler
from servestatic import ServeStatic, ServeStaticASGI
from servestatic.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    # Without it only the first module would have a hashed name, and those that it imports would be kept when stale.
    support_js_module_import_aggregation = True


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
