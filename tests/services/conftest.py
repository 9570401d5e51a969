import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import server
from tests.services.stack import Stack

# Started in this order, as the file has it.
PROCESSES = ("web", "sockets", "consumer", "lake", "answers", "refresh", "features", "training", "beat")


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """Every process of docker-compose.yml at work behind nginx, over a small catalogue with a model in use."""
    # Not under pytest's own folder: PostgreSQL runs as another user, who could not reach it.
    folder = Path(tempfile.mkdtemp(prefix="services-"))
    folder.chmod(0o755)
    try:
        stack = Stack(folder, Path(os.environ["VAR_DIR"]).resolve())
    except server.Unavailable as lacking:
        shutil.rmtree(folder)
        pytest.skip(str(lacking))
    try:
        stack.start_servers()
        stack.run("prepare")
        stack.run("web", "python", "manage.py", "import_folder", str(stack.music))
        stack.run("training", "python", "manage.py", "train", "--algorithm", "popularity")
        stack.start(PROCESSES)
        stack.start_nginx()
        stack.wait_for_web()
        yield stack
    finally:
        stack.end()
        shutil.rmtree(folder, ignore_errors=True)
