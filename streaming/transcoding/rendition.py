"""One recording in one form: what it is called, how long it is to be, and where it is while it is made and after."""

from dataclasses import dataclass
from pathlib import Path

from streaming.transcoding import length
from streaming.transcoding.forms import Form
from streaming.transcoding.kept import folder, making_folder


@dataclass(frozen=True)
class Rendition:
    """`modified_ns` is the recording's, as what is made of it is as old; `samples` as `packing.py` counts."""

    path: Path
    form: Form
    name: str
    modified_ns: int
    samples: int

    @classmethod
    def of(cls, path: Path, form: Form) -> "Rendition":
        """Raises TranscodingError, and OSError where the recording cannot be read."""
        stat = path.stat()
        # Another content of the file has another name.
        stamp = f"{stat.st_dev:x}-{stat.st_ino:x}-{stat.st_size:x}-{stat.st_mtime_ns:x}"
        name = f"{stamp}-{form.bit_rate}{form.suffix}"
        return cls(path, form, name, stat.st_mtime_ns, length.samples(path, stamp))

    @property
    def size(self) -> int:
        return self.form.packing.size(self.samples, self.form.bit_rate)

    @property
    def header(self) -> bytes:
        return self.form.packing.header(self.samples, self.form.bit_rate)

    @property
    def kept(self) -> Path:
        return folder() / self.name

    @property
    def making(self) -> Path:
        return making_folder() / self.name

    @property
    def lock(self) -> Path:
        return making_folder() / f"{self.name}.lock"

    @property
    def failed(self) -> Path:
        return making_folder() / f"{self.name}.failed"
