from django.urls import include, path

from streaming.audio import audio

urlpatterns = [
    path("audio/<int:pk>", audio, name="audio"),
    path("api/v1/", include("streaming.api.urls")),
    path("", include("streaming.pages.urls")),
]
