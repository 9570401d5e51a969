"""The index of what can be played is in the order of how often it was heard."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("streaming", "0009_log_ends")]

    operations = [
        migrations.RemoveIndex(model_name="track", name="track_audio_state"),
        migrations.AddIndex(
            model_name="track",
            index=models.Index(fields=["audio_state", "-listens", "id"], name="track_state_listens"),
        ),
    ]
