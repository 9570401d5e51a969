"""One ASGI application: HTTP by Django, websockets by Channels."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")
django = get_asgi_application()  # before the imports below, which need the loaded apps

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402

from musicapp.backends import keep_connections  # noqa: E402
from musicapp.static_files import before_asgi  # noqa: E402
from musicapp.threads import KeptThreads  # noqa: E402
from recommender import routing as recommender_routing  # noqa: E402
from streaming import routing as streaming_routing  # noqa: E402
from streaming.body_limit import BodyLimit  # noqa: E402

sockets = recommender_routing.websocket_urlpatterns + streaming_routing.websocket_urlpatterns
application = ProtocolTypeRouter(
    {
        "http": before_asgi(KeptThreads(BodyLimit(django, settings.MAX_BODY_BYTES))),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(sockets))),
    }
)

keep_connections()
