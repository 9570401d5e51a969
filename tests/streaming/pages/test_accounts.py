from django.contrib.auth import get_user_model

FORM = {"username": "newcomer", "password1": "a long enough one 7", "password2": "a long enough one 7"}


def test_signing_up_signs_in_and_keeps_the_history(client, me, track, play_of):
    play = play_of(track, me)
    assert client.post("/signup/", FORM).headers["Location"] == "/"
    play.refresh_from_db()
    assert play.listener.user.username == "newcomer"
    assert track.title in client.get("/history/").text.replace("&#x27;", "'")


def test_a_taken_name_is_said_beside_its_field(client, db):
    get_user_model().objects.create_user("newcomer")
    page = client.post("/signup/", FORM)
    assert page.status_code == 200
    assert "A user with that username already exists." in page.text


def test_signing_in_and_out(client, db):
    get_user_model().objects.create_user("newcomer", password="a long enough one 7")
    form = {"username": "newcomer", "password": "a long enough one 7"}
    assert client.post("/login/", form | {"next": "/liked/"}).headers["Location"] == "/liked/"
    assert client.get("/signup/").headers["Location"] == "/"
    assert "Sign out" in client.get("/").text
    assert client.post("/logout/").headers["Location"] == "/"
    assert "Sign in" in client.get("/").text


def test_a_wrong_password_is_said(client, db):
    assert (
        "Please enter a correct username and password"
        in client.post("/login/", {"username": "nobody", "password": "nothing"}).text
    )
