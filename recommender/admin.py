"""What was learned and what was offered: to look at, not to edit."""

from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.html import format_html

from recommender import artefacts, etl_page, outcomes_page, tracking
from recommender.models import FeatureClaim, ModelRun, Recommendation, TrackFeatures
from streaming.admin import ReadOnlyAdmin, RecordAdmin


@admin.register(ModelRun)
class ModelRunAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "status", "started_at", "seconds", "problem", "tracked"]
    list_filter = ["algorithm", "status"]
    search_fields = ["problem"]
    readonly_fields = ["seconds", "files", "tracked"]
    exclude = ["tracking_id"]
    # By age; several may have begun at once.
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        page = site.admin_view(outcomes_page.outcomes_page)
        return [path("outcomes/", page, {"site": site}, name=outcomes_page.NAME), *super().get_urls()]

    @admin.display(description="seconds")
    def seconds(self, run: ModelRun) -> str:
        return f"{(run.finished_at - run.started_at).total_seconds():.1f}" if run.finished_at else "–"

    @admin.display(description="files")
    def files(self, run: ModelRun) -> str:
        folder = artefacts.folder(run)
        return str(folder) if folder.is_dir() else "none any more"

    @admin.display(description="run of MLflow")
    def tracked(self, run: ModelRun) -> str:
        """A link to the tracking server; of a run that is in a database only, its id there."""
        if address := tracking.address(run):
            return format_html('<a href="{}">{}</a>', address, run.tracking_id[:8])
        return run.tracking_id or "–"


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
