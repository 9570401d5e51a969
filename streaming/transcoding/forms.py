"""What a recording may be made into."""

import shutil
from dataclasses import dataclass

from django.utils.translation import gettext as _

from streaming.transcoding.mp3 import Mp3
from streaming.transcoding.opus import Opus
from streaming.transcoding.packing import Packing

FORMATS: dict[str, Packing] = {"opus": Opus(), "mp3": Mp3()}
# kbit/s; both encoders take all of these for stereo.
BIT_RATES = (48, 64, 96, 128, 160, 192, 256)


class TranscodingError(Exception):
    """It cannot be had in this form; the message says why, in words for a listener."""


class FormError(TranscodingError, ValueError):
    """The form asked for is none; the message says what would be one."""


@dataclass(frozen=True)
class Form:
    """`bit_rate` in kbit/s."""

    format: str
    bit_rate: int

    @classmethod
    def parse(cls, format: str, bit_rate: str) -> "Form":
        """Raises FormError."""
        if format not in FORMATS:
            said = _("{value} is no format; one of {known} is")
            raise FormError(said.format(value=repr(format[:40]), known=", ".join(FORMATS)))
        if bit_rate not in map(str, BIT_RATES):
            said = _("{value} is no bit rate; one of {known} (kbit/s) is")
            raise FormError(said.format(value=repr(bit_rate[:40]), known=", ".join(map(str, BIT_RATES))))
        return cls(format, int(bit_rate))

    @property
    def packing(self) -> Packing:
        return FORMATS[self.format]

    @property
    def suffix(self) -> str:
        return self.packing.suffix


def cannot_be_had(form: Form, reason: str) -> str:
    """`reason` is ffmpeg's, or the disk's."""
    return _("This cannot be had as {format}: {reason}").format(format=form.format, reason=reason)


def is_possible() -> bool:
    return shutil.which("ffmpeg") is not None
