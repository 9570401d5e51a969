import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
django = get_wsgi_application()  # before the imports below, which need the settings

from musicapp.backends import keep_connections  # noqa: E402
from musicapp.static_files import before_wsgi  # noqa: E402

application = before_wsgi(django)

keep_connections()
