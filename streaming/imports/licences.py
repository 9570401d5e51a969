"""Creative Commons licences by their names and addresses, as FMA and audio tags write them."""

import re
from functools import lru_cache

ROOT = "https://creativecommons.org"
NAMES = {
    "by": "Attribution",
    "by-nc": "Attribution-NonCommercial",
    "by-nc-nd": "Attribution-NonCommercial-NoDerivatives",
    "by-nc-sa": "Attribution-NonCommercial-ShareAlike",
    "by-nd": "Attribution-NoDerivatives",
    "by-sa": "Attribution-ShareAlike",
}
CODES = {name.lower(): code for code, name in NAMES.items()} | {code: code for code in NAMES}
PUBLIC_DOMAIN = {"zero": "CC0 1.0 Universal", "mark": "Public Domain Mark 1.0"}
# The same words as older versions and FMA's own forms write them.
SPELLINGS = {"share alike": "sharealike", "no derivative works": "noderivatives", "noderivs": "noderivatives"}

NAME = re.compile(
    r"(?:creative commons |cc[ -])?(?P<code>(?:attribution|by)[a-z-]*?)[ -](?P<version>\d\.\d)(?P<place>.*)"
)
URL = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/"
    r"(?P<kind>licenses|publicdomain)/(?P<code>[a-z-]+)/(?P<version>\d\.\d)(?P<place>/[a-z]{2}\b)?"
)

# How versions call what was not adapted to one country's law.
UNPORTED = ("", "international", "unported", "generic")
# The countries that adapted a version, with the last part of the address.
PORTS = {
    "2.0": {
        "australia": "au", "austria": "at", "belgium": "be", "brazil": "br", "canada": "ca", "chile": "cl",
        "england & wales": "uk", "uk: england": "uk", "uk: england & wales": "uk", "france": "fr", "germany": "de",
        "italy": "it", "japan": "jp", "netherlands": "nl", "poland": "pl", "south korea": "kr", "spain": "es",
    },
    "2.5": {
        "argentina": "ar", "australia": "au", "brazil": "br", "canada": "ca", "denmark": "dk", "hungary": "hu",
        "italy": "it", "mexico": "mx", "netherlands": "nl", "poland": "pl", "portugal": "pt", "spain": "es",
        "sweden": "se", "switzerland": "ch", "uk: scotland": "scotland",
    },
    "3.0": {
        "australia": "au", "austria": "at", "brazil": "br", "chile": "cl", "czech republic": "cz", "estonia": "ee",
        "france": "fr", "germany": "de", "greece": "gr", "ireland": "ie", "italy": "it", "netherlands": "nl",
        "new zealand": "nz", "norway": "no", "poland": "pl", "portugal": "pt", "romania": "ro", "spain": "es",
        "switzerland": "ch", "united states": "us",
    },
}  # fmt: skip


@lru_cache(maxsize=1024)
def licence_url(name: str) -> str:
    """The licence's address where the name tells it for sure; else an empty text.

    "Attribution-NonCommercial" alone could mean any version, so it gives none.
    """
    plain = re.sub(r"\s*\([^)]*\)", "", name).strip().lower()
    for code, title in PUBLIC_DOMAIN.items():
        if plain == title.lower():
            return f"{ROOT}/publicdomain/{code}/1.0/"
    for other, usual in SPELLINGS.items():
        plain = plain.replace(other, usual)
    match = NAME.fullmatch(plain)
    if not match or match["code"] not in CODES:
        return ""
    return _address(CODES[match["code"]], match["version"], match["place"].strip())


def find_licence(texts: list[str]) -> tuple[str, str]:
    """Name and address of the first Creative Commons licence that the texts of some tags give, or two empty texts."""
    for text in texts:
        if match := URL.search(text):
            code, version = match["code"], match["version"]
            names = PUBLIC_DOMAIN if match["kind"] == "publicdomain" else NAMES
            if code in names:
                name = names[code] if names is PUBLIC_DOMAIN else f"Creative Commons {names[code]} {version}"
                return name, f"{ROOT}/{match['kind']}/{code}/{version}{match['place'] or ''}/"
        if url := licence_url(text):
            return text, url
    return "", ""


def _address(code: str, version: str, place: str) -> str:
    if version == "1.0" and code == "by-nc-nd":
        code = "by-nd-nc"  # the address of this one has another order
    if place in UNPORTED:
        return f"{ROOT}/licenses/{code}/{version}/"
    port = PORTS.get(version, {}).get(place)
    return f"{ROOT}/licenses/{code}/{version}/{port}/" if port else ""
