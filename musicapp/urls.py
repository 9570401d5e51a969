from django.contrib import admin
from django.urls import include, path

from musicapp.health import healthz, readyz
from musicapp.metrics import metrics

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", include("streaming.urls")),
    path("", include("recommender.urls")),
]

handler404 = "musicapp.errors.missing"
handler500 = "musicapp.errors.failed"
