import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
application = get_wsgi_application()

from musicapp.backends import keep_connections  # noqa: E402

keep_connections()
