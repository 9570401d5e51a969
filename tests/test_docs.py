"""What the documentation names is what there is."""

import re
from pathlib import Path

from django.core.management import get_commands

from musicapp.environment import Environment

PROJECT = Path(__file__).resolve().parent.parent
CONFIGURATION = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")


def documented(section: str) -> dict[str, str]:
    """First and second cells of the rows of the section's table."""
    text = CONFIGURATION.partition(section)[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", text, re.MULTILINE))


def test_every_setting_is_documented_with_its_default():
    rows = documented("# Configuration")
    assert sorted(rows) == sorted(name.upper() for name in Environment.model_fields)
    for name, field in Environment.model_fields.items():
        cell = rows[name.upper()].strip()
        if cell.startswith("`") and name != "var_dir":
            default = field.default
            assert cell.strip("`") == (str(default).lower() if isinstance(default, bool) else str(default))


def test_every_command_is_documented():
    ours = {name for name, app in get_commands().items() if app in ("streaming", "recommender", "workers")}
    assert {row.split()[0] for row in documented("## Commands")} == ours


def test_files_that_the_pages_link_to_are_there():
    for page in [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md"), PROJECT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name} links to {target}"


def test_tasks_of_the_readme_are_in_the_makefile():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for task in re.findall(r"^make (\w+)", (PROJECT / "README.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert f"\n{task}:" in makefile
