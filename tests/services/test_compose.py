"""docker-compose.yml and Dockerfile, as far as they can be read without a container engine."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from musicapp.environment import PROJECT, Environment
from tests.services import compose
from tests.services.nginx import TEMPLATE
from workers.embedded import QUEUES

SECRETS = {"SECRET_KEY": "unguessable", "POSTGRES_PASSWORD": "p0stgres", "MONGO_PASSWORD": "m0ngo"}
SERVERS = {"nginx", "postgres", "redis", "kafka", "mongo", "spark-master", "spark-worker"}


@pytest.fixture
def services() -> dict[str, dict]:
    return compose.services(SECRETS)


@pytest.fixture
def ours(services) -> dict[str, dict]:
    """The services that run this project's image."""
    return {name: service for name, service in services.items() if name not in SERVERS}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_has_no_default(name):
    with pytest.raises(compose.MissingVariable, match=name):
        compose.services({**SECRETS, name: ""})


def test_no_secret_is_in_the_file():
    text = compose.FILE.read_text()
    values = re.findall(r"^ +\w*(?:PASSWORD|SECRET)\w*: (.+)", text, re.MULTILINE)
    assert values
    assert all(value.startswith("${") for value in values)
    example = (PROJECT / "deploy" / "env.example").read_text()
    assert {name for name in SECRETS if re.search(rf"^{name}=$", example, re.MULTILINE)} == set(SECRETS)


def test_what_the_services_are_told_is_what_they_read(ours):
    known = {name.upper() for name in Environment.model_fields}
    for name, service in ours.items():
        of_servers = {"GUNICORN_CMD_ARGS", "UVICORN_HOST", "UVICORN_PORT", "PROMETHEUS_MULTIPROC_DIR"}
        assert set(service["environment"]) - of_servers <= known, name


def test_an_account_of_object_storage_is_passed_on_where_there_is_one(ours):
    """An empty one would count as an account."""
    given = {"LAKE_URL": "s3://bucket/path", "AWS_ACCESS_KEY_ID": "us", "AWS_ENDPOINT_URL": "https://other:9000"}
    for name in ("lake", "training"):
        assert not any(variable.startswith("AWS_") for variable in ours[name]["environment"])
        told = compose.services(SECRETS | given)[name]["environment"]
        assert {variable: told[variable] for variable in given} == given
        assert "AWS_SECRET_ACCESS_KEY" not in told


def test_management_commands_are_there(ours):
    ran = re.findall(r"manage\.py (\w+)", "\n".join(" ".join(service["command"]) for service in ours.values()))
    assert "migrate" in ran
    assert set(ran) <= set(get_commands())


def test_every_queue_has_a_worker(ours):
    commands = [service["command"] for service in ours.values() if "worker" in service["command"]]
    assert sorted(command[command.index("--queues") + 1] for command in commands) == sorted(QUEUES)


def test_all_wait_for_what_they_need_to_be_healthy(services, ours):
    for name, service in ours.items():
        for other, waited_for in service["depends_on"].items():
            if other == "prepare":
                assert waited_for["condition"] == "service_completed_successfully"
            else:
                assert waited_for["condition"] == "service_healthy"
                assert "test" in services[other]["healthcheck"], f"{name} waits for {other}, which has no check"


def test_volumes_are_declared(services):
    declared = yaml.safe_load(compose.FILE.read_text())["volumes"]
    named = {
        volume.partition(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
        if not volume.startswith((".", "/"))
    }
    assert named == set(declared)


def test_only_nginx_is_published(services):
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]


def test_nginx_is_told_all_that_its_configuration_wants(services):
    wanted = set(re.findall(r"\$\{([A-Z]+)\}", TEMPLATE.read_text()))
    assert set(services["nginx"]["environment"]) == wanted


def test_the_image_runs_without_root_and_is_built_from_the_hash_lock():
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER musicapp"]
    assert any("--require-hashes -r requirements.lock" in line for line in lines)
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    for line in ignored:
        if line.startswith("!"):
            assert (PROJECT / line[1:]).exists(), line


def test_the_image_has_all_that_the_settings_name():
    folders = [*settings.LOCALE_PATHS, *settings.STATICFILES_DIRS, *settings.TEMPLATES[0]["DIRS"]]
    apps = {app.partition(".")[0] for app in settings.INSTALLED_APPS}
    wanted = {folder.name for folder in folders} | {app for app in apps if (PROJECT / app).is_dir()} | {"musicapp"}
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    assert wanted <= {line[1:] for line in ignored if line.startswith("!")}


def test_compose_takes_the_file(tmp_path):
    engine = shutil.which("docker-compose")
    if engine is None:
        pytest.skip("docker-compose is not installed")
    (tmp_path / ".env").write_text("AWS_REGION=eu-central-1")
    environment = {**SECRETS, "PATH": str(Path(engine).parent), "HOME": str(tmp_path)}
    command = [engine, "-f", str(compose.FILE), "--project-directory", str(tmp_path), "config"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    told = yaml.safe_load(done.stdout)["services"]["lake"]["environment"]
    assert told["AWS_REGION"] == "eu-central-1"
    assert not told.get("AWS_ENDPOINT_URL")
