#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A private nginx made from the snippets in etc/nginx, for tests and ./demo: own folder, loopback
only, ended by its pid.

    nginx.py start FOLDER --port N --sockets FOLDER --share FOLDER [--base /registry]
    nginx.py stop FOLDER
"""
import argparse
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

SNIPPETS = pathlib.Path(__file__).resolve().parents[2] / "etc/nginx"
MAIN = """\
{user}worker_processes 1;
worker_rlimit_nofile 4096;
daemon on;
pid {d}/nginx.pid;
error_log {d}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    charset utf-8;
    access_log {d}/access.log;
    client_body_temp_path {d}/body;
    fastcgi_temp_path {d}/fastcgi;
    proxy_temp_path {d}/proxy;
    scgi_temp_path {d}/scgi;
    uwsgi_temp_path {d}/uwsgi;
    server_tokens off;
    include {d}/concord-http.conf;
    server {{
        listen {address}:{port};
        include {d}/concord-server.conf;
    }}
}}
"""


def below(text, base):
    """The server snippet as etc/nginx/README.md says to change it for a public_url with a path."""
    if not base:
        return text
    return (text.replace('set $concord_base ""', f'set $concord_base "{base}"')
            .replace("location ~ ^/", f"location ~ ^{base}/")
            .replace("location / {", f"location {base}/ {{"))


class Nginx:
    def __init__(self, folder, port, sockets, share, base="", cache=True, address="127.0.0.1",
                 files=None):
        self.folder = pathlib.Path(folder).resolve()
        self.port, self.base, self.cache, self.address = port, base, cache, address
        self.files = pathlib.Path(files or self.folder / "files").resolve()
        self.sockets, self.share = pathlib.Path(sockets).resolve(), pathlib.Path(share).resolve()

    url = property(lambda self: f"http://{self.address}:{self.port}{self.base}")

    def configure(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        for part in ("concord-http.conf", "concord-server.conf", "concord-fastcgi.conf"):
            text = (SNIPPETS / part).read_text(encoding="utf-8")
            text = (text.replace("/run/concord", str(self.sockets))
                    .replace("/usr/share/concord", str(self.share))
                    .replace("/var/lib/concord/files", str(self.files))
                    .replace("/var/cache/nginx/concord", str(self.folder / "cache")))
            if part == "concord-server.conf":
                text = below(text, self.base)
            if part == "concord-fastcgi.conf" and not self.cache:
                text = text.replace("fastcgi_cache concord;", "fastcgi_cache off;")
            (self.folder / part).write_text(text, encoding="utf-8")
        main = MAIN.format(d=self.folder, address=self.address, port=self.port, user=self.user())
        (self.folder / "nginx.conf").write_text(main, encoding="utf-8")

    def user(self):
        if os.getuid() != 0:
            return ""
        # below a folder like /root, only root gets at the sockets
        closed = any(not p.stat().st_mode & 1 for p in (self.folder, *self.folder.parents))
        return f"user {'root' if closed else 'www-data'};\n"

    def run(self, *more):
        done = subprocess.run(["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf",
                               "-e", self.folder / "error.log", *more],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=20, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        if done.returncode != 0:
            raise RuntimeError(f"nginx: {done.stdout}")

    def start(self):
        self.configure()
        self.run()
        end = time.monotonic() + 5
        while True:
            try:
                socket.create_connection((self.address, self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > end:
                    raise RuntimeError("nginx does not answer") from None
                time.sleep(0.02)

    def stop(self):
        stop(self.folder)
        shutil.rmtree(self.folder / "cache", ignore_errors=True)


def stop(folder):
    try:
        pid = int((pathlib.Path(folder) / "nginx.pid").read_text())
        os.kill(pid, signal.SIGQUIT)
    except (OSError, ValueError):
        return
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    os.kill(pid, signal.SIGTERM)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("start", "stop"))
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--sockets")
    parser.add_argument("--share")
    parser.add_argument("--base", default="")
    parser.add_argument("--files")
    args = parser.parse_args()
    if args.action == "stop":
        stop(args.folder)
    else:
        try:
            Nginx(args.folder, args.port, args.sockets, args.share, args.base, files=args.files).start()
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
