"""The rooms of the tree: each knows only what is below it."""

import ast
from pathlib import Path

from importlinter.cli import lint_imports_command

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("musicapp", "workers", "recommender", "streaming")


def test_imports_run_one_way(monkeypatch, capsys):
    monkeypatch.chdir(PROJECT)
    try:
        lint_imports_command(["--no-cache"], standalone_mode=False)
    except SystemExit as stop:
        assert not stop.code, capsys.readouterr().out


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
