"""Addresses of pages and files, worked out once each: a page of 60 tiles asks for hundreds."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=100_000)
def address(name: str, *arguments: str | int) -> str:
    return reverse(name, args=arguments)
