"""What an address asks for and is not there."""

from django.http import Http404


class Missing(Http404):
    """Its message says to whoever reads the page what is missing, in their language."""
