"""The command: what it asks for, what it refuses, and how it stops."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import CommandError, call_command

from musicapp.environment import PROJECT
from streaming.imports.download.archives import METADATA
from tests.streaming.imports.download.mirror import Mirror, serving


def test_nothing_named(tmp_path):
    with pytest.raises(
        CommandError, match=r"Name what to download: --subset small\|medium\|large\|full, or --metadata"
    ):
        call_command("download_fma", tmp_path)


def test_subset_that_does_not_exist(tmp_path):
    with pytest.raises(CommandError, match=r"invalid choice: 'tiny' \(choose from"):
        call_command("download_fma", str(tmp_path), "--subset", "tiny")


@pytest.mark.parametrize("address", ["", "fma", "ftp://example.org/fma", "http://", "http://[::1", "file:///etc"])
def test_address_that_is_none(tmp_path, address):
    with pytest.raises(CommandError, match="--base-url"):
        call_command("download_fma", tmp_path, metadata_only=True, base_url=address)


def test_server_that_has_nothing(tmp_path):
    with serving(Mirror()) as mirror, pytest.raises(CommandError, match=r"fma_metadata.zip cannot be had.* 404"):
        call_command("download_fma", tmp_path / "fma", metadata_only=True, base_url=mirror.address)


def test_file_where_a_folder_is_needed(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="Not a directory.*What is there is kept"):
        call_command("download_fma", tmp_path / "file" / "fma", metadata_only=True, base_url="http://127.0.0.1:9")


def test_ctrl_c_in_the_middle(tmp_path, request):
    """The published size is announced, and the connection stands still after the first bytes."""
    content = bytes(range(256)) * 40
    mirror = Mirror(
        files={"fma_metadata.zip": content}, length_lie=METADATA.size - len(content), release=threading.Event()
    )
    part = tmp_path / "fma" / "fma_metadata.zip.part"
    with serving(mirror):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "download_fma", part.parent, "--metadata-only", "--base-url", mirror.address],
            cwd=PROJECT,
            env=os.environ | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "musicapp.settings"},
            stderr=subprocess.PIPE,
            text=True,
        )
        request.addfinalizer(process.kill)
        while not (part.exists() and part.stat().st_size == len(content)):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=60)[1]
        mirror.release.set()
    assert process.returncode == 130
    assert f"Stopped. What is in {part.parent} is kept: run the same command again" in told
    assert part.read_bytes() == content
