import errno
import gc
import signal
import socket

import uvicorn
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser

from recommender.features.store import feature_store
from streaming.events import event_log
from streaming.lake import lake
from streaming.management.base import DatabaseCommand
from workers import embedded
from workers import prepare as preparation


class Command(DatabaseCommand):
    help = "Serves the whole site from this one process: pages, audio, sockets, consumer, Celery workers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
        parser.add_argument("--prepare", action="store_true", help="first migrate and collect static files")
        parser.add_argument("--demo", action="store_true", help="fill an empty catalogue with composed music")

    def needs_tables(self, options: dict) -> bool:
        return not options["prepare"]

    def handle(self, *, host: str, port: int, prepare: bool, demo: bool, **options) -> None:
        _check_backends()
        listener = _listen(host, port)
        if prepare:
            preparation.prepare()
        config = uvicorn.Config(
            settings.ASGI_APPLICATION.rpartition(".")[0] + ":application",
            lifespan="off",
            log_level="warning",
            proxy_headers=False,
            timeout_graceful_shutdown=3,
            ws="websockets-sansio",
        )
        self._greet(f"http://{host}:{listener.getsockname()[1]}", preparation.demo_accounts() if demo else [])
        # What was loaded so far stays: the collector need not walk it again, which would stop all threads for as long.
        gc.freeze()
        # The server stops by itself on SIGTERM and then raises it anew: as an exception, so that the threads stop too.
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            with embedded.running(with_demo=demo):
                uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        except embedded.ThreadCrashed as crash:
            raise CommandError(str(crash)) from crash

    def _greet(self, address: str, accounts: list[preparation.Account]) -> None:
        self.stdout.write(f"Listening on {address}")
        for account in accounts:
            self.stdout.write(f"  {account.username:10} password {account.password}")
        self.stdout.flush()


def _check_backends() -> None:
    """A wrong URL ends the command now, and not a thread of it later."""
    try:
        event_log()
        feature_store()
        lake()
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error


def _interrupt(number, frame) -> None:
    raise KeyboardInterrupt


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket, taken before any thread starts: a port in use ends the command at once."""
    try:
        return socket.create_server((host, port), backlog=2048)
    except OverflowError as error:
        raise CommandError(f"{port} is not a port: from 0 to 65535, 0 for a free one") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(f"port {port} of {host} is in use: choose another with PORT=… or --port") from error
        raise CommandError(f"cannot listen on {host}:{port}: {error.strerror}") from error
