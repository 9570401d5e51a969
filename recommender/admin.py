"""What was learned and what was offered: to look at, not to edit."""

from django.contrib import admin

from recommender.models import ModelRun, Recommendation, TrackFeatures
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

    @admin.display(description="values")
    def values(self, features: TrackFeatures) -> int:
        """How many float32 the vector has."""
        return len(features.vector or b"") // 4
