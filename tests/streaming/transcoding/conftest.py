import threading

import pytest

from streaming.transcoding import making


@pytest.fixture(autouse=True)
def state(tmp_path, settings, monkeypatch):
    """A state folder of the test's own; what is still being made when it ends is given up soon."""
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(making, "GRACE", 1)
    yield settings.VAR_DIR
    for thread in threading.enumerate():
        if thread.name.startswith("transcoding "):
            thread.join()
