from django.apps import AppConfig


class StreamingConfig(AppConfig):
    name = "streaming"
    verbose_name = "Streaming: catalogue, library, history"

    def ready(self) -> None:
        # Tables are loaded by now. Whoever deletes a listener, its data goes too.
        from streaming import privacy, signals  # noqa: F401
