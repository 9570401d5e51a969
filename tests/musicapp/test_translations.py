"""Every language is whole: what the sources say is in its catalogue, and each text of that has its translation."""

import gettext
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = ("musicapp", "recommender", "streaming", "templates", "workers")
DOMAINS = ("django", "djangojs")
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
CATALOGUES = [(language, domain) for language in LANGUAGES for domain in DOMAINS]
needs_gettext = pytest.mark.skipif(shutil.which("msgattrib") is None, reason="GNU gettext is not installed")


def catalogue(language: str, domain: str, folder: Path = PROJECT) -> Path:
    return folder / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def entries(text: str) -> list[str]:
    return [entry for entry in re.split(r"\n\n+", text.strip()) if "msgid" in entry]


def texts_of(compiled: Path) -> dict:
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_no_message_is_empty_doubtful_or_left_over(language, domain):
    header, *messages = entries(catalogue(language, domain).read_text())
    assert f"Language: {language}" in header
    assert len(messages) > 50
    assert [each for each in messages if re.search(r'^msgstr(\[\d\])? ""$(?!\n")', each, re.MULTILINE)] == []
    assert [each for each in messages if re.search(r"^#,.*fuzzy|^#~", each, re.MULTILINE)] == []


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_a_translation_keeps_the_places_that_are_filled_and_the_markup(language, domain):
    texts = texts_of(catalogue(language, domain).with_suffix(".mo"))
    kept = re.compile(r"%\(\w+\)s|\{\w*\}|</?[a-z]+|https?://\S+")
    for original, translated in texts.items():
        # Of a plural the catalogue has the singular, which may do without its number.
        if original and not isinstance(original, tuple):
            assert sorted(kept.findall(translated)) == sorted(kept.findall(original)), original


@needs_gettext
@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_the_compiled_catalogue_is_of_this_source(language, domain, tmp_path):
    source = catalogue(language, domain)
    compiled = tmp_path / "compiled.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", compiled, source], check=True, capture_output=True)
    assert texts_of(compiled) == texts_of(source.with_suffix(".mo"))


@needs_gettext
@pytest.mark.parametrize("domain", DOMAINS)
def test_the_catalogue_has_what_the_sources_say(domain, tmp_path, monkeypatch):
    """`makemessages` on a copy: it finds nothing new, and nothing that is said no more."""
    for folder in (*SOURCES, "locale"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROJECT / "static" / "js", tmp_path / "static" / "js")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(tmp_path / "locale")])
    call_command("makemessages", locale=LANGUAGES, domain=domain, no_location=True, verbosity=0)
    for language in LANGUAGES:
        made = catalogue(language, domain, tmp_path)
        for kind in ("--untranslated", "--only-fuzzy", "--only-obsolete"):
            found = subprocess.run(["msgattrib", kind, made], check=True, capture_output=True, text=True).stdout
            assert "msgid" not in found, f"{kind} in {language}: {found}"
