"""Features taken of audio before were those of 22.05 kHz and in true Hz, and do not mix with FMA's own.

Which of a track's features came from features.csv is not recorded, so all of those that can be taken anew go: the
service takes them again by itself, or `manage.py extract_features` does. Those of tracks without audio here can only be
FMA's, and stay.
"""

from django.db import migrations


def forget(apps, schema_editor) -> None:
    features = apps.get_model("recommender", "TrackFeatures")
    features.objects.filter(family="fma", track__audio_state="present").delete()


class Migration(migrations.Migration):
    dependencies = [("recommender", "0004_problems_by_time")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
