from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommender", "0003_character")]

    operations = [
        migrations.AddIndex(
            model_name="trackfeatures",
            index=models.Index(
                condition=models.Q(("vector__isnull", True)), fields=["family", "updated_at"], name="problems_by_time"
            ),
        ),
    ]
