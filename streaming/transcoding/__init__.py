"""Audio in another format, sent while ffmpeg still makes it, and seekable from the first byte.

Both formats are made at a constant bit rate, in packets of one size: so the length of the whole is known before its
first packet is (`packing.py`), a range of it is the answer to any seek, and who asks for what is not made yet waits for
it (`growing.py`). One ffmpeg a recording and form works for all who ask, in whichever process (`making.py`). What is
whole is kept in VAR_DIR/transcoded up to TRANSCODING_CACHE_MB; what was used longest ago goes first (`kept.py`).
"""

from streaming.transcoding.forms import Form, FormError, TranscodingError, is_possible
from streaming.transcoding.growing import Growing
from streaming.transcoding.kept import evict, folder
from streaming.transcoding.opening import Opened, open_transcoded

__all__ = [
    "Form",
    "FormError",
    "Growing",
    "Opened",
    "TranscodingError",
    "evict",
    "folder",
    "is_possible",
    "open_transcoded",
]
