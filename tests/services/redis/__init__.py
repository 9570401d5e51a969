"""A real Redis."""

from pathlib import Path

from tests.services.server import Server, answers, free_port, program


class Redis(Server):
    """Keeps its data in `folder`, as the compose file's does. Raises Unavailable where Redis is not installed."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        place = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(folder)]
        super().__init__("Redis", [program("redis-server"), *place, *options], folder / "redis.log")

    def run(self) -> "Redis":
        self.start(lambda: answers(self.port))
        return self

    def url(self, number: int = 0) -> str:
        return f"redis://127.0.0.1:{self.port}/{number}"
