"""MP3 at a constant bit rate behind the Info frame that LAME writes, by which players seek and play without a gap.

The frame's form: http://gabriel.mp3-tech.org/mp3infotag.html. Counts follow lame_encode_flush of LAME 3.100.
"""

import struct

from streaming.transcoding.packing import Packing

# Samples that LAME puts before the first, and the fewest that it puts behind the last.
DELAY, LEAST_PADDING = 576, 576
# A tag before the frames keeps players from looking for one behind them, where nothing is yet.
TAG = b"TSSE" + struct.pack(">IH", 7, 0) + b"\x03ffmpeg"
ID3 = b"ID3\x04\x00\x00" + struct.pack(">I", len(TAG)) + TAG
# MPEG 1, layer III, no checksum; 64 kbit/s at 48 kHz in joint stereo, whatever follows: 192 bytes, as the tag needs.
INFO_HEADER, INFO_BYTES = b"\xff\xfb\x54\x40", 192
SIDE_INFORMATION = bytes(32)
FRAMES_BYTES_TABLE_AND_QUALITY = 15
CONSTANT_BIT_RATE = 1


class Mp3(Packing):
    suffix = ".mp3"
    packet_samples = 1152
    options = ("-c:a", "libmp3lame", "-f", "mp3", "-write_xing", "0", "-id3v2_version", "0")

    def packets(self, samples: int) -> int:
        return (DELAY + samples + self._padding(samples)) // self.packet_samples

    def samples(self, packets: int) -> int:
        return max(0, packets * self.packet_samples - DELAY - LEAST_PADDING)

    def header(self, samples: int, bit_rate: int) -> bytes:
        frames = self.packets(samples)
        whole = INFO_BYTES + frames * self.packet_bytes(bit_rate)
        # Where each hundredth begins, in 256ths of the whole: with frames of one size, a straight line.
        table = bytes(256 * hundredth // 100 for hundredth in range(100))
        info = INFO_HEADER + SIDE_INFORMATION + b"Info"
        info += struct.pack(">III", FRAMES_BYTES_TABLE_AND_QUALITY, frames, whole) + table + struct.pack(">I", 0)
        info += b"LAME3.100" + struct.pack(">BBIHHBB", CONSTANT_BIT_RATE, 0, 0, 0, 0, 0, bit_rate & 0xFF)
        info += (DELAY << 12 | self._padding(samples)).to_bytes(3, "big")
        info += struct.pack(">BBHIH", 0, 0, 0, whole, 0)
        return ID3 + info + struct.pack(">H", _crc16(info))

    def _padding(self, samples: int) -> int:
        padding = self.packet_samples - (DELAY + samples) % self.packet_samples
        return padding if padding >= LEAST_PADDING else padding + self.packet_samples


def _crc16(content: bytes) -> int:
    """CRC-16/ARC, as the tag has it of the bytes before it."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
