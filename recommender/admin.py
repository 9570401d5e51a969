"""What was learned and what was offered: to look at, not to edit."""

from django.contrib import admin
from django.urls import URLPattern, path

from recommender import etl_page
from recommender.models import FeatureClaim, ModelRun, Recommendation, TrackFeatures
from streaming.admin import ReadOnlyAdmin, RecordAdmin


@admin.register(ModelRun)
class ModelRunAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "status", "started_at", "finished_at", "problem"]
    list_filter = ["algorithm", "status"]
    search_fields = ["problem"]


@admin.register(Recommendation)
class RecommendationAdmin(RecordAdmin):
    list_display = ["title", "shelf", "listener", "created_at", "replaced_at"]
    list_filter = ["shelf", ("replaced_at", admin.EmptyFieldListFilter), "listener__is_simulated"]
    list_select_related = ["listener__user"]
    search_fields = ["title", "listener__user__username"]
    # By age: an id is a UUIDv7, which begins with its time.
    ordering = ["-pk"]


@admin.register(TrackFeatures)
class TrackFeaturesAdmin(RecordAdmin):
    list_display = ["track", "family", "values", "problem", "updated_at"]
    list_filter = ["family", ("problem", admin.EmptyFieldListFilter)]
    list_select_related = ["track"]
    search_fields = ["track__title", "problem"]
    exclude = ["vector"]
    readonly_fields = ["values"]
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        pages = [
            path("status/", site.admin_view(etl_page.status_page), {"site": site}, name=etl_page.NAME),
            path("retry/", site.admin_view(etl_page.retry_page), name=etl_page.RETRY_NAME),
        ]
        return pages + super().get_urls()

    @admin.display(description="values")
    def values(self, features: TrackFeatures) -> int:
        """How many float32 the vector has."""
        return len(features.vector or b"") // 4


@admin.register(FeatureClaim)
class FeatureClaimAdmin(RecordAdmin):
    """Deleted by whoever knows that its worker is gone and does not want to wait for the end of the lease."""

    list_display = ["track", "worker", "expires_at"]
    list_select_related = ["track"]
    search_fields = ["track__title", "worker"]
    ordering = ["-expires_at"]
