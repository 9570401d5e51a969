"""What Django's error page and mail say of the settings."""

from typing import Any

from django.views.debug import SafeExceptionReporterFilter

from musicapp.backends import shown


class UrlReporterFilter(SafeExceptionReporterFilter):
    """Django hides settings whose names speak of secrets; passwords are also in URLs, whatever these are called."""

    def cleanse_setting(self, key: object, value: Any) -> Any:
        found = super().cleanse_setting(key, value)
        return shown(found) if isinstance(found, str) else found
