# SPDX-License-Identifier: EUPL-1.2
"""A PostgreSQL proxy on a unix socket that cuts the connection where a test wants it.

cut = ("before", b"...")  the first client message that holds these bytes never reaches the server
cut = ("after", b"...")   it does, and the server's answer to it is awaited, but never passed on
One cut, then the proxy is an ordinary one again.
"""
import select
import socket
import threading
import time


class CutProxy:
    def __init__(self, folder, target):
        self.folder, self.target, self.cut, self.cuts = folder, target, None, 0
        folder.mkdir()
        folder.chmod(0o755)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(str(self.target / ".s.PGSQL.5432"))
            while True:
                for end in select.select([client, server], [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    if end is server:
                        client.sendall(data)
                    elif self._wants_cut(data):
                        self._cut(server, data)
                        return
                    else:
                        server.sendall(data)
        except OSError:
            pass
        finally:
            client.close()
            server.close()

    def _wants_cut(self, data):
        return self.cut is not None and self.cut[1] in data

    def _cut(self, server, data):
        when, self.cut = self.cut[0], None
        self.cuts += 1
        if when == "after":
            server.sendall(data)
            answer, end = b"", time.monotonic() + 10
            while b"Z\x00\x00\x00\x05I" not in answer and time.monotonic() < end:
                answer += server.recv(65536)
