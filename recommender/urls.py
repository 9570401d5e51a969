from django.urls import path

from recommender.api import RecommendationsView
from recommender.radio_api import StationsView, StationView
from recommender.similar_api import SimilarView
from recommender.smart_fields import register_fields
from recommender.views import adventure, choices, shelves

# Rules are asked by pages alone: no command has to load NumPy for them.
register_fields()

urlpatterns = [
    path("shelves/", shelves, name="shelves"),
    path("taste/adventure/", adventure, name="adventure"),
    path("taste/choices/", choices, name="choices"),
    path("api/v1/recommendations/", RecommendationsView.as_view(), name="recommendations"),
    path("api/v1/tracks/<int:pk>/similar/", SimilarView.as_view(), name="similar"),
    path("api/v1/radio/", StationsView.as_view(), name="stations"),
    path("api/v1/radio/<uuid:pk>/", StationView.as_view(), name="station"),
]
