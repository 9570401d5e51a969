from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommender", "0002_feature_claims")]

    operations = [
        migrations.AlterField(
            model_name="modelrun",
            name="algorithm",
            field=models.CharField(
                choices=[
                    ("als", "Collaborative (Spark ALS)"),
                    ("content", "Sound (nearest neighbours)"),
                    ("character", "Character (Echo Nest's and Spotify's features)"),
                    ("popularity", "Popularity by genre"),
                ],
                max_length=20,
            ),
        ),
    ]
