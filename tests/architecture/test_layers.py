"""The rooms of the tree: each knows only what is below it."""

import ast
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("musicapp", "workers", "recommender", "streaming")


def test_imports_run_one_way():
    # In a process of its own: it sets up logging anew, and silences every logger that is there.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_streaming_never_names_the_recommender():
    named = [
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "streaming").rglob("*.py")
        if "recommender" in path.read_text(encoding="utf-8")
    ]
    assert named == []


def test_nothing_is_imported_inside_a_function_to_dodge_the_layers():
    hidden = []
    for room in ROOMS:
        for path in (PROJECT / room).rglob("*.py"):
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                # Django calls `ready` for this very purpose: to import what needs the loaded tables.
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != "ready":
                    hidden += [
                        f"{path.relative_to(PROJECT)}:{node.lineno} imports {node.module}"
                        for node in ast.walk(function)
                        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ROOMS
                    ]
    assert hidden == []
