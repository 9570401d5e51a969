"""Real object storage that speaks S3: SeaweedFS, all of it in one process."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.services.server import Server, free_port, program

BUCKET = "lake"
KEY, SECRET = "lake-key", "lake-s3cret"
ALLOWED = {
    "identities": [
        {"name": "lake", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]},
    ]
}


class ObjectStorage(Server):
    """With one bucket and one account. Keeps its data in `folder`. Raises Unavailable where it is not installed."""

    def __init__(self, folder: Path) -> None:
        self.s3, self.filer = free_port(), free_port()
        data, accounts = folder / "data", folder / "accounts.json"
        data.mkdir(parents=True, exist_ok=True)
        accounts.write_text(json.dumps(ALLOWED))
        command = [
            program("weed", str(Path(sys.executable).parent)),
            "server",
            f"-dir={data}",
            "-master.telemetry=false",
        ]
        command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-volume.max=8", "-master.volumeSizeLimitMB=64"]
        command += ["-s3", f"-s3.port={self.s3}", f"-s3.config={accounts}", f"-filer.port={self.filer}"]
        inner = (
            "master.port",
            "master.port.grpc",
            "volume.port",
            "volume.port.grpc",
            "filer.port.grpc",
            "s3.port.grpc",
        )
        command += [f"-{name}={free_port()}" for name in inner]
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
        super().__init__("SeaweedFS", command, folder / "objects.log", cwd=folder)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.s3}"

    @property
    def storage(self) -> dict[str, str]:
        """What a lake on it wants to know beside its URL."""
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
        }

    def run(self) -> "ObjectStorage":
        self.start(self._is_ready)
        self.wait_until(lambda: httpx.post(self._folder("")).status_code in (httpx.codes.CREATED, httpx.codes.CONFLICT))
        return self

    def url(self, path: str) -> str:
        return f"s3://{BUCKET}/{path}"

    def files(self, path: str) -> Iterator[tuple[str, bytes]]:
        """Each object below this path, by its name there."""
        listed = httpx.get(self._folder(path), params={"limit": 10_000}, headers={"Accept": "application/json"})
        for entry in (listed.json()["Entries"] or []) if listed.is_success else []:
            name = entry["FullPath"].rpartition("/")[2]
            if entry["Mode"] & IS_FOLDER:
                yield from ((f"{name}/{below}", content) for below, content in self.files(f"{path}/{name}"))
            else:
                yield name, httpx.get(self._folder(path) + name).content

    def _folder(self, path: str) -> str:
        return f"http://127.0.0.1:{self.filer}/buckets/{BUCKET}/{path}/".replace("//", "/").replace(":/", "://")

    def _is_ready(self) -> bool:
        """S3 refuses strangers only once it knows its accounts."""
        try:
            return httpx.get(self.endpoint).status_code == httpx.codes.FORBIDDEN
        except httpx.TransportError:
            return False


# As Go's file modes have it.
IS_FOLDER = 1 << 31
