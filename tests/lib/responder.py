# SPDX-License-Identifier: EUPL-1.2
"""A FastCGI responder in a thread: answers what a function of the parameters says. It stands in for
the workers where only the web server's configuration is under test."""
import os
import socket
import struct
import threading


def _records(connection):
    stream = connection.makefile("rb")
    while True:
        head = stream.read(8)
        if len(head) < 8:
            return
        kind, number, length, padding = struct.unpack("!xBHHBx", head)
        body = stream.read(length)
        stream.read(padding)
        yield kind, number, body


def _pairs(data):
    at, pairs = 0, {}
    def size():
        nonlocal at
        n = data[at]
        if n < 128:
            at += 1
            return n
        n = struct.unpack("!I", data[at:at + 4])[0] & 0x7FFFFFFF
        at += 4
        return n
    while at < len(data):
        name, value = size(), size()
        pairs[data[at:at + name].decode()] = data[at + name:at + name + value].decode("latin-1")
        at += name + value
    return pairs


class Responder:
    """answer(params, body) gives bytes: CGI header lines, an empty line, content."""

    def __init__(self, path, answer):
        self.path, self.answer, self.seen = str(path), answer, []
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        os.chmod(self.path, 0o666)
        self.server.listen(64)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                params, body = b"", bytearray()
                for kind, number, data in _records(connection):
                    if kind == 4:
                        params += data
                    elif kind == 5:
                        body += data
                        if not data:
                            break
                else:
                    continue
                values = _pairs(params)
                self.seen.append(values)
                content = self.answer(values, body)
                for at in range(0, len(content), 65528):
                    part = content[at:at + 65528]
                    connection.sendall(struct.pack("!BBHHBx", 1, 6, number, len(part), 0) + part)
                connection.sendall(struct.pack("!BBHHBx", 1, 6, number, 0, 0)
                                   + struct.pack("!BBHHBxIB3x", 1, 3, number, 8, 0, 0, 0))

    def close(self):
        try:
            self.server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.server.close()
        self.thread.join(5)
        os.unlink(self.path)
