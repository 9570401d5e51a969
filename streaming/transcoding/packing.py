"""How an encoder's packets become a file whose header is known before them, as all of them have one size."""

from abc import ABC, abstractmethod

# Of everything that is made, in samples a second: both encoders know it, and an MP3 frame at it needs no padding.
RATE = 48_000


class Packing(ABC):
    """Samples are those of one channel at RATE; there are two channels."""

    suffix: str
    packet_samples: int
    # What ffmpeg is told, besides the bit rate, to write bare packets.
    options: tuple[str, ...]

    def packet_bytes(self, bit_rate: int) -> int:
        """`bit_rate` in kbit/s."""
        return bit_rate * 1000 * self.packet_samples // (8 * RATE)

    @abstractmethod
    def packets(self, samples: int) -> int:
        """How many packets the encoder makes of so many samples."""

    @abstractmethod
    def samples(self, packets: int) -> int:
        """The samples that are sure to be in so many packets."""

    @abstractmethod
    def header(self, samples: int, bit_rate: int) -> bytes:
        """All that comes before the packets; of one length, whatever is packed."""

    def size(self, samples: int, bit_rate: int) -> int:
        """Bytes of the whole file."""
        return len(self.header(samples, bit_rate)) + self.packets(samples) * self.packet_bytes(bit_rate)
