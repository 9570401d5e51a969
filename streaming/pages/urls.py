from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from streaming.pages import accounts, albums, artists, covers, genres, home, library, privacy, search, tracks

urlpatterns = [
    path("", home.home, name="home"),
    path("artists/<int:pk>/", artists.artist, name="artist"),
    path("albums/<int:pk>/", albums.album, name="album"),
    path("genres/", genres.genres, name="genres"),
    path("genres/<int:pk>/", genres.genre, name="genre"),
    path("tracks/<int:pk>/", tracks.track, name="track"),
    path("search/", search.search, name="search"),
    path("liked/", library.liked, name="liked"),
    path("history/", library.history, name="history"),
    path("verdicts/", library.verdicts, name="verdicts"),
    path("covers/<str:kind>/<int:pk>.svg", covers.cover, name="cover"),
    path("your-data/", privacy.your_data, name="your_data"),
    path("your-data/export.json", privacy.export, name="export_data"),
    path("your-data/clear/", privacy.clear, name="clear_history"),
    path("your-data/personalisation/", privacy.personalisation, name="personalisation"),
    path("account/delete/", privacy.delete_account, name="delete_account"),
    path("signup/", accounts.signup, name="signup"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
