"""`GET /api/v1/likes/`."""

from datetime import timedelta

from django.utils import timezone

from streaming.models import Like, Listener, Track


def test_the_latest_likes_come_first_and_those_of_others_or_without_audio_do_not(client, listener, artist):
    client.get("/login/")  # gives the browser its listener
    me = Listener.objects.create(pk=client.get("/").wsgi_request.listener_id)
    now = timezone.now()
    old, new, absent, other = (
        Track.objects.create(title=title, artist=artist, audio_state=state)
        for title, state in (("Old", "present"), ("New", "present"), ("Absent", "absent"), ("Other", "present"))
    )
    for at, track in enumerate((old, new, absent)):
        Like.objects.create(listener=me, track=track, at=now + timedelta(seconds=at))
    Like.objects.create(listener=listener, track=other, at=now)

    tracks = client.get("/api/v1/likes/").json()["tracks"]
    assert [(track["id"], track["audio"]) for track in tracks] == [
        (new.pk, f"/audio/{new.pk}"),
        (old.pk, f"/audio/{old.pk}"),
    ]
