from streaming.models import Album, Folder, Track
from streaming.pages.home import being_composed, main_genres, recently_added


def test_the_albums_of_the_newest_tracks_come_first(make_tracks, other_artist):
    make_tracks(3)
    newer = Album.objects.create(title="Newer", artist=other_artist)
    make_tracks(1, album=newer, added_at="2099-01-01T00:00:00Z")
    assert [album.title for album in recently_added()] == ["Newer", "Soft Commands"]


def test_genres_without_tracks_are_left_out(genre):
    type(genre).objects.create(title="Empty")
    type(genre).objects.create(title="Within", parent=genre, track_count=5)
    assert list(main_genres()) == [genre]


def test_pieces_of_the_demo_without_audio_are_counted(make_tracks, artist):
    make_tracks(2, audio_state=Track.AudioState.ABSENT)
    demo = Folder.objects.create(path="/demo", origin=Folder.Origin.DEMO)
    for n, state in enumerate([Track.AudioState.ABSENT, Track.AudioState.ABSENT, Track.AudioState.PRESENT]):
        Track.objects.create(title="Piece", artist=artist, folder=demo, path=f"{n}.ogg", audio_state=state)
    assert being_composed() == 2


def test_the_banner_says_how_many_pieces_are_to_come(client, artist):
    demo = Folder.objects.create(path="/demo", origin=Folder.Origin.DEMO)
    Track.objects.create(title="Piece", artist=artist, folder=demo, path="1.ogg")
    assert "1 piece to go" in client.get("/").text


def test_an_empty_catalogue_says_how_to_fill_it(client, db):
    assert "import_fma" in client.get("/").text
