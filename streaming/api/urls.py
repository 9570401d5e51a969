from django.urls import path

from streaming.api.events import EventsView

urlpatterns = [
    path("events/", EventsView.as_view(), name="events"),
]
