"""The orders of the lists of all artists and all albums."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("streaming", "0009_log_ends")]

    operations = [
        migrations.AddIndex("artist", models.Index(Lower("name"), "id", name="artist_name_key")),
        migrations.AddIndex("album", models.Index(Lower("title"), "id", name="album_title_key")),
        migrations.AddIndex("album", models.Index(fields=["-date_released", "id"], name="album_released")),
        migrations.AddIndex("album", models.Index(fields=["-listens", "id"], name="album_listens")),
    ]
