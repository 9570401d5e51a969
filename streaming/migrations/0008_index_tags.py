from django.db import migrations

from streaming.tags import index_tags


class Migration(migrations.Migration):
    """Tags of a catalogue that is there already; imports see to those that come."""

    dependencies = [("streaming", "0007_library")]

    operations = [migrations.RunPython(lambda apps, schema_editor: index_tags(apps), migrations.RunPython.noop)]
