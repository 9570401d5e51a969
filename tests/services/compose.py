"""docker-compose.yml as its reader sees it: each service's command and environment, with the variables filled in."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parents[2] / "docker-compose.yml"
# `$$`, `${NAME}`, `${NAME:-default}`, `${NAME:?what is wanted}`, as the Compose Specification has them.
VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>[A-Z_]+)(?::(?P<how>[-?])(?P<rest>[^}]*))?\})")


class MissingVariable(Exception):
    """A variable without a default is not given; the message is the file's own."""


def services(variables: Mapping[str, str]) -> dict[str, dict]:
    """All services by name, as `docker compose config` would show them; raises MissingVariable."""
    services = _filled(yaml.safe_load(FILE.read_text())["services"], variables)
    for service in services.values():
        if "environment" in service:
            service["environment"] = dict(_passed_on(service["environment"], variables))
    return services


def _passed_on(environment: Mapping[str, str | None], variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A variable without a value has the one of its name, and is not there where there is none."""
    for name, value in environment.items():
        if value is not None:
            yield name, value
        elif name in variables:
            yield name, variables[name]


def _filled(value, variables: Mapping[str, str]):
    if isinstance(value, dict):
        return {key: _filled(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, variables) for item in value]
    return VARIABLE.sub(lambda match: _value(match, variables), value) if isinstance(value, str) else value


def _value(match: re.Match, variables: Mapping[str, str]) -> str:
    if match["dollar"]:
        return "$"
    given = variables.get(match["name"], "")
    if given or match["how"] is None:
        return given
    if match["how"] == "?":
        raise MissingVariable(f"{match['name']}: {match['rest']}")
    return match["rest"]
