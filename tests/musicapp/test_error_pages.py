import pytest
from django.test import RequestFactory
from django.views.debug import technical_500_response

URL = "redis://ada:hunter2@cache.example:6379/1"


@pytest.mark.parametrize("name", ["EVENT_LOG_URL", "CELERY_BROKER_URL", "CACHES", "CHANNEL_LAYERS"])
def test_the_page_of_an_error_tells_where_a_part_is_and_not_its_password(settings, name):
    nested = {
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": URL}},
        "CHANNEL_LAYERS": {"default": {"BACKEND": "a layer", "CONFIG": {"hosts": [{"address": URL}]}}},
    }
    setattr(settings, name, nested.get(name, URL))
    # Without a traceback, which would show these very lines.
    error = RuntimeError("something broke")
    page = technical_500_response(RequestFactory().get("/"), type(error), error, None).text
    assert "something broke" in page
    assert "redis://ada:…@cache.example:6379/1" in page
    assert "hunter2" not in page
