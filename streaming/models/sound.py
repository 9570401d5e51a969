"""How the audio of a track sounds as a whole: what levels it, and the outline that one seeks by."""

import hashlib

from django.db import models

from streaming.models.catalog import Track


class Sound(models.Model):
    """Measured once a file (`streaming/sounds.py`); a row with a `problem` has nothing else."""

    track = models.OneToOneField(Track, models.CASCADE, primary_key=True, related_name="sound")
    # Which content of the file was measured; another one is measured anew.
    stamp = models.CharField(max_length=60)
    # LUFS, by ReplayGain tags where the file has them, else by EBU R 128; null for silence.
    loudness = models.FloatField(null=True, blank=True, verbose_name="loudness (LUFS)")
    album_loudness = models.FloatField(null=True, blank=True, verbose_name="loudness of its album (LUFS)")
    # Of full scale: what is louder than 1 would be cut off.
    peak = models.FloatField(default=0)
    # A byte a piece of the track, all pieces of one length: the highest sample in it, 255 for the track's peak.
    waveform = models.BinaryField(default=bytes)
    problem = models.CharField(max_length=500, blank=True)
    measured_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.track_id}: {self.problem or self.loudness}"

    @property
    def digest(self) -> str:
        """Names the waveform by its content."""
        return hashlib.sha256(self.waveform).hexdigest()[:16]
