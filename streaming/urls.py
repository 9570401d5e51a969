from django.urls import include, path

from streaming.api.sounds import waveform
from streaming.audio import audio
from streaming.pages.about import about

urlpatterns = [
    path("audio/<int:pk>", audio, name="audio"),
    path("tracks/<int:pk>/about/", about, name="about_track"),
    path("waveforms/<int:pk>/<str:digest>", waveform, name="waveform"),
    path("api/v1/", include("streaming.api.urls")),
    path("", include("streaming.pages.urls")),
]
