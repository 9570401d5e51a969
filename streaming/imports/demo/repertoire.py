"""The demo's 96 pieces: invented artists, albums and titles, with the seed that each piece is composed from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class DemoArtist:
    name: str
    albums: tuple["DemoAlbum", ...]


@dataclass(frozen=True)
class DemoAlbum:
    title: str
    year: int
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    genre: str
    artist: str
    album: str
    year: int
    number: int  # on its album, from 1
    title: str
    seed: int  # within its genre

    @property
    def path(self) -> str:
        """Relative to the demo's folder."""
        return f"{_slug(self.genre)}/{_slug(self.artist)}/{_slug(self.album)}/{self.number:02}-{_slug(self.title)}.mp3"


# The Free Music Archive's numbers of these genres: importing its catalogue later joins them to its own.
FMA_IDS = {
    "Ambient": 107,
    "Chiptune": 240,
    "Classical": 5,
    "Folk": 17,
    "Hip-Hop": 21,
    "House": 182,
    "Jazz": 4,
    "Rock": 12,
}

TAGS = {
    "Ambient": ("pads", "drone", "slow"),
    "Chiptune": ("8-bit", "arpeggio", "fast"),
    "Classical": ("strings", "orchestra", "slow"),
    "Folk": ("acoustic", "guitar", "finger-picking"),
    "Hip-Hop": ("lo-fi", "beats", "electric piano"),
    "House": ("dance", "four on the floor", "synthesiser"),
    "Jazz": ("trio", "swing", "walking bass"),
    "Rock": ("guitars", "power chords", "drums"),
}

ARTISTS = {
    "Ambient": (
        DemoArtist("Slow Harbour", (
            DemoAlbum("Tidal Rooms", 2019, ("Fog Signal", "Low Water", "The Pier at Four")),
            DemoAlbum("Lantern Drift", 2022, ("Paper Boats", "Nobody's Shore")),
        )),
        DemoArtist("Ilse Norrland", (
            DemoAlbum("Under Glacial Light", 2020, ("Blue Hour", "Crevasse", "Thin Air", "Meltwater")),
        )),
        DemoArtist("Field of Aerials", (
            DemoAlbum("Carrier Waves", 2017, ("Station Without a Name", "Between Two Towers", "Static Garden")),
        )),
    ),
    "Chiptune": (
        DemoArtist("Pixel Otter", (
            DemoAlbum("Insert Fish", 2018, ("River Stage", "Otter Dash", "Boss of the Dam")),
            DemoAlbum("Continue?", 2021, ("Nine, Eight, Seven", "Extra Life")),
        )),
        DemoArtist("Cartridge Club", (
            DemoAlbum("Blow Here", 2016, ("Title Screen", "Sixteen Colours", "Warp Pipe Dream", "High Score")),
        )),
        DemoArtist("Miss Raster", (
            DemoAlbum("Scanline Sunday", 2023, ("Sprite Flicker", "Save Point", "Overflow")),
        )),
    ),
    "Classical": (
        DemoArtist("Aldermoor Strings", (
            DemoAlbum("Elegies for a Small Hall", 2015, ("Elegy I: Largo", "Elegy II: Andante", "Elegy III: Adagio")),
            DemoAlbum("Winter Suite", 2018, ("Prelude to Snow", "Sarabande")),
        )),
        DemoArtist("Teodora Vance", (
            DemoAlbum("The Unlit Window", 2021, ("Nocturne for Strings", "A Letter, Unsent", "Chaconne", "Last Light")),
        )),
        DemoArtist("Orchestra of the Lower Lake", (
            DemoAlbum("Processions", 2013, ("The Crossing", "Lament for the Ferryman", "Homecoming")),
        )),
    ),
    "Folk": (
        DemoArtist("Marrow & Thyme", (
            DemoAlbum("Kitchen Songs", 2017, ("Bread on the Sill", "Kettle Waltz", "The Long Table")),
            DemoAlbum("Hedgerow", 2020, ("Sloe and Bramble", "Gate Left Open")),
        )),
        DemoArtist("Eamon Quill", (
            DemoAlbum("The Drover's Year", 2014, ("Candlemas Road", "Shearing Day", "Michaelmas", "The Old Ewe")),
        )),
        DemoArtist("Wren Ashby", (
            DemoAlbum("Six Strings, One Stove", 2022, ("Half a Mile Home", "Sister River", "Woodsmoke")),
        )),
    ),
    "Hip-Hop": (
        DemoArtist("Dusty Transit", (
            DemoAlbum("Last Bus Beats", 2020, ("Night Line 12", "Wet Pavement", "Window Seat")),
            DemoAlbum("Transfer Ticket", 2022, ("Platform Tea", "Doors Closing")),
        )),
        DemoArtist("Kofi Lowbridge", (
            DemoAlbum("Corner Shop Sessions", 2019, ("Change for a Fiver", "Back Room", "Two Sugars", "Shutters Down")),
        )),
        DemoArtist("Mellow Arithmetic", (
            DemoAlbum("Homework", 2023, ("Long Division", "Carry the One", "Show Your Working")),
        )),
    ),
    "House": (
        DemoArtist("Velvet Turnstile", (
            DemoAlbum("Cloakroom Anthems", 2018, ("Stamp on the Wrist", "Row of Coats", "Four in the Morning")),
            DemoAlbum("Afterglow Tax", 2021, ("Mirrorball Maths", "Taxi Rank")),
        )),
        DemoArtist("Nadia Fluxe", (
            DemoAlbum("Warehouse Letters", 2016, ("Loading Bay", "Strobe Theory", "Concrete Heart", "Fire Exit")),
        )),
        DemoArtist("The Sidechain Gang", (
            DemoAlbum("Pump Room", 2023, ("Breathe In, Breathe Out", "Pressure Valve", "Low Ceiling")),
        )),
    ),
    "Jazz": (
        DemoArtist("The Half-Past Trio", (
            DemoAlbum("Late Checkout", 2012, ("Room 305", "Lobby Blues", "Do Not Disturb")),
            DemoAlbum("Minibar", 2016, ("Salted Almonds", "One for the Lift")),
        )),
        DemoArtist("Odette Marlowe", (
            DemoAlbum("Umbrella Weather", 2019, ("Puddle Jumper", "Awning", "Grey Suits Me", "Taxi, Please")),
        )),
        DemoArtist("Basil Thornquist", (
            DemoAlbum("Walking the Low Road", 2014, ("Gut Strings", "Sunday Shoes", "Uncle Basil's Bounce")),
        )),
    ),
    "Rock": (
        DemoArtist("Gravel Parade", (
            DemoAlbum("Louder Than the Weather", 2015, ("Hailstones", "Barometer", "Drag the Thunder Home")),
            DemoAlbum("Hard Shoulder", 2019, ("Warning Triangle", "Diesel Hymn")),
        )),
        DemoArtist("Iron Postcards", (
            DemoAlbum("Furnace Greetings", 2017, ("Wish You Were Louder", "Slag Heap", "Return to Sender", "Stamped")),
        )),
        DemoArtist("The Broken Amps", (
            DemoAlbum("Fuse Box", 2021, ("Thirteen Amps", "Earth Hum", "Blown")),
        )),
    ),
}  # fmt: skip


def pieces() -> Iterator[Piece]:
    """All 96, genre by genre in the order of their albums."""
    for genre, artists in ARTISTS.items():
        seed = 0
        for artist in artists:
            for album in artist.albums:
                for number, title in enumerate(album.titles, start=1):
                    yield Piece(genre, artist.name, album.title, album.year, number, title, seed)
                    seed += 1


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("'", "")).strip("-")
