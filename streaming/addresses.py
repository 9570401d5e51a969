"""Addresses of pages and files: a list of fifty tracks asks for 250, each of which Django would take 30 µs for."""

from functools import cache

from django.urls import reverse

# A number that stands for any: no part of an address has it by itself.
ANY = 9_080_706_050_403_020_100


def address(name: str, *arguments: str | int) -> str:
    """As Django's `reverse`; the numbers at its end are put in here."""
    *kinds, last = arguments
    if not isinstance(last, int):
        return reverse(name, args=arguments)
    before, after = _around(name, *kinds)
    return f"{before}{last}{after}"


@cache
def _around(name: str, *kinds: str | int) -> tuple[str, str]:
    """What stands before and after the number."""
    before, _, after = reverse(name, args=[*kinds, ANY]).partition(str(ANY))
    return before, after
