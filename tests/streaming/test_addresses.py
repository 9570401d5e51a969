"""Addresses are those that Django's `reverse` gives."""

import uuid

import pytest
from django.urls import NoReverseMatch, reverse

from streaming.addresses import address


@pytest.mark.parametrize("number", [0, 7, 10**15])
@pytest.mark.parametrize("name", ["artist", "album", "genre", "track", "audio"])
def test_of_a_number(name, number):
    assert address(name, number) == reverse(name, args=[number])


def test_of_a_kind_and_a_number():
    assert address("cover", "album", 3) == reverse("cover", args=["album", 3])
    assert address("cover", "track", 3) == reverse("cover", args=["track", 3])


def test_of_what_is_no_number():
    pk = uuid.uuid4()
    assert address("playlist", pk) == reverse("playlist", args=[pk])
    with pytest.raises(NoReverseMatch):
        address("track", None)
