"""What the panel beside the page says of the track that plays."""

import pytest
import soundfile
from django.urls import reverse
from mutagen.flac import FLAC

from streaming.models import Folder, Track
from tests.service import write_tones

pytestmark = pytest.mark.django_db


def about(client, pk: int):
    return client.get(reverse("about_track", args=[pk]))


def test_it_names_the_artist_the_licence_and_other_tracks(client, track, artist):
    artist.bio = "<p>Sings &amp; plays</p>"
    artist.save()
    track.license, track.license_url = "Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"
    track.save()
    Track.objects.create(title="Another", artist=artist, audio_state=Track.AudioState.PRESENT)
    Track.objects.create(title="Absent", artist=artist)
    page = about(client, track.pk).content.decode()
    assert "Sings &amp; plays" in page and "<p>Sings" not in page
    assert track.license_url in page
    assert "Another" in page and "Absent" not in page


def test_words_from_the_tags_are_text(client, track, tmp_path):
    write_tones(tmp_path, ["tone"], seconds=0.5)
    samples, rate = soundfile.read(tmp_path / "tone.wav")
    soundfile.write(tmp_path / "song.flac", samples, rate)
    audio = FLAC(tmp_path / "song.flac")
    audio["lyrics"] = "La <script>la</script>"
    audio.save()
    track.folder, track.path = Folder.objects.create(path=str(tmp_path), origin=Folder.Origin.FOLDER), "song.flac"
    track.save()
    assert "La &lt;script&gt;la&lt;/script&gt;" in about(client, track.pk).content.decode()


def test_a_track_that_is_gone_has_no_such_page(client):
    assert about(client, 987654321).status_code == 404
