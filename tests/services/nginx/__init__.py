"""A real nginx, with the deployment's own configuration."""

import re
from pathlib import Path
from string import Template

from tests.services.server import Server, answers, free_port, program

TEMPLATE = Path(__file__).resolve().parents[3] / "deploy" / "nginx.conf.template"
# What the image of nginx has around the part that is ours; all that is written lies in the folder.
MAIN = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
{user}
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/server.conf;
    {more}
}}
"""


class Nginx(Server):
    """Raises Unavailable where nginx is not installed. `variables` are what the compose file gives its image.

    `more` is configuration of further servers.
    """

    def __init__(self, folder: Path, *, more: str = "", **variables: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "server.conf").write_text(filled(LISTEN=f"127.0.0.1:{self.port}", **variables))
        conf = folder / "nginx.conf"
        # Its workers read what whoever runs it may read.
        conf.write_text(MAIN.format(folder=folder, more=more, user="user root;"))
        super().__init__("nginx", [program("nginx"), "-c", str(conf), "-p", str(folder)], folder / "nginx.log")

    def run(self) -> "Nginx":
        self.start(lambda: answers(self.port))
        return self

    def kill(self) -> None:
        """At once, but by itself: the workers of one that was killed would stay."""
        if self.process is not None and self.process.poll() is None:
            self.stop()


def filled(**variables: str) -> str:
    """The template as the image's `envsubst` fills it: what is given, and no other `$…`."""
    text = TEMPLATE.read_text()
    missing = set(re.findall(r"\$\{([A-Z]+)\}", text)) - set(variables)
    if missing:
        raise ValueError(f"{TEMPLATE.name} wants {', '.join(sorted(missing))} too")
    return Template(text).safe_substitute(variables)
