from django.apps import AppConfig


class StreamingConfig(AppConfig):
    name = "streaming"
    verbose_name = "Streaming: catalogue, library, history"

    def ready(self) -> None:
        from streaming import privacy  # noqa: F401  # whoever deletes a listener, its data goes too
