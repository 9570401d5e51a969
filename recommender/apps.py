from django.apps import AppConfig
from django.conf import settings


class RecommenderConfig(AppConfig):
    name = "recommender"
    verbose_name = "Recommender: models and recommendations"

    def ready(self) -> None:
        from recommender import privacy  # noqa: F401  # shelves are void as soon as a listener says so

        # Rows of the embedded store go with their track by themselves, and every command would load NumPy here.
        if not settings.FEATURE_STORE_URL.startswith("embedded:"):
            from recommender.features import deletion  # noqa: F401  # tables are loaded by now
