"""One id for all that a request sets off: in each log line, from the HTTP request through log and tasks to the push."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from uuid_utils.compat import uuid7

HEADER = "X-Request-ID"
# What a proxy in front may have given it; anything else would let a client write into our logs.
FORM = re.compile(r"[\w.-]{8,64}", re.ASCII)

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of what is being worked on; empty outside of any request."""
    return _current.get()


@contextmanager
def working_on(request_id: str) -> Iterator[None]:
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


class RequestIdMiddleware:
    """Takes the id that a proxy gave the request, or gives it one; the answer names it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get(HEADER, "")
        request_id = given if FORM.fullmatch(given) else str(uuid7())
        with working_on(request_id):
            response = self.get_response(request)
        response[HEADER] = request_id
        return response


class RequestIdFilter(logging.Filter):
    """Puts the id into each record of the log, as `request_id`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current()
        return True
