from django.db import migrations, models


class Migration(migrations.Migration):
    """The event log may have several partitions. What is under way asks for their ends anew."""

    dependencies = [("streaming", "0008_index_tags")]

    operations = [
        migrations.RemoveField("erasure", "log_end"),
        migrations.AddField("erasure", "log_end", models.JSONField(default=dict)),
    ]
