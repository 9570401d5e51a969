"""What has to be there before the first request: tables, static files, two accounts to try the service with."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction


@dataclass(frozen=True)
class Account:
    username: str
    password: str


def prepare() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def demo_accounts() -> list[Account]:
    """The listener and the admin of a new service, with passwords made up at its first start and kept in VAR_DIR.

    None is made once the service has users of its own.
    """
    path: Path = settings.VAR_DIR / "demo-accounts.json"
    users = get_user_model().objects
    if not users.exists():
        _write(path, [Account(name, secrets.token_urlsafe(8)) for name in ("listener", "admin")])
        listener, admin = _read(path)
        with transaction.atomic():
            users.create_user(listener.username, password=listener.password)
            users.create_superuser(admin.username, password=admin.password)
    return _read(path) if path.exists() else []


def _write(path: Path, accounts: list[Account]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(account) for account in accounts]))


def _read(path: Path) -> list[Account]:
    return [Account(**account) for account in json.loads(path.read_text())]
