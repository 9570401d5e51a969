from django.urls import path

from recommender.api import RecommendationsView
from recommender.views import shelves

urlpatterns = [
    path("shelves/", shelves, name="shelves"),
    path("api/v1/recommendations/", RecommendationsView.as_view(), name="recommendations"),
]
