# SPDX-License-Identifier: EUPL-1.2
"""A small FastCGI client: sends any parameters and body to a worker, takes its answer apart."""

import os
import signal
import socket
import struct
import subprocess
import time

LSAN_OPTIONS = "suppressions=" + os.path.join(os.path.dirname(__file__), "lsan.supp") + \
    ":print_suppressions=0"
BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7
RESPONDER, AUTHORIZER, FILTER = 1, 2, 3
REQUEST_COMPLETE, UNKNOWN_ROLE = 0, 3


class Answer:
    """status, headers (list of pairs, names in lower case), body; end = protocol status or None."""

    def __init__(self, raw, end=REQUEST_COMPLETE, stderr=b""):
        self.raw, self.end, self.stderr = raw, end, stderr
        head, separator, self.body = raw.partition(b"\r\n\r\n")
        self.complete = bool(separator)
        self.headers = []
        for line in head.decode("ascii").split("\r\n") if separator else []:
            name, _, value = line.partition(": ")
            self.headers.append((name.lower(), value))
        self.status = int(self.header("status", "200").split()[0]) if separator else 0

    def header(self, name, default=None):
        values = self.all(name)
        assert len(values) < 2, f"{name} stands {len(values)} times"
        return values[0] if values else default

    def all(self, name):
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def text(self):
        """Of a table without the mark that it begins with, as programs read tables."""
        is_table = self.header("content-type", "").startswith("text/csv")
        return self.body.decode("utf-8-sig" if is_table else "utf-8")

    def __repr__(self):
        return f"<Answer {self.status} {self.headers} {self.body[:300]!r}>"


def record(kind, data=b"", request=1):
    return struct.pack(">BBHHBx", 1, kind, request, len(data), 0) + data


def stream(kind, data):
    """The records of a whole stream, its empty end included."""
    pieces = [record(kind, data[i:i + 65528]) for i in range(0, len(data), 65528)]
    return b"".join(pieces) + record(kind)


def _bytes(value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


def _length(n):
    return bytes([n]) if n < 128 else struct.pack(">I", n | 0x80000000)


def encode_params(pairs):
    out = b""
    for name, value in pairs:
        name, value = _bytes(name), _bytes(value)
        out += _length(len(name)) + _length(len(value)) + name + value
    return out


def params_for(method="GET", uri="/", headers=None, body=None, content_type=None, extra=None,
               remote="127.0.0.1"):
    """The parameters that nginx would send. headers: dict or list of pairs as in HTTP."""
    pairs = [("REQUEST_METHOD", method), ("REQUEST_URI", uri), ("REMOTE_ADDR", remote),
             ("SERVER_PROTOCOL", "HTTP/1.1"), ("GATEWAY_INTERFACE", "CGI/1.1"),
             ("QUERY_STRING", _bytes(uri).partition(b"?")[2])]
    if body is not None:
        pairs.append(("CONTENT_LENGTH", str(len(body))))
    if content_type is not None:
        pairs.append(("CONTENT_TYPE", content_type))
    items = headers.items() if isinstance(headers, dict) else headers or []
    pairs += [("HTTP_" + name.upper().replace("-", "_"), value) for name, value in items]
    extra = dict(extra or {})
    pairs = [(name, extra.pop(name, value)) for name, value in pairs]
    pairs += extra.items()
    return [(name, value) for name, value in pairs if value is not None]


def connect(path, timeout=10):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(timeout)
    sock.connect(path)
    return sock


def read_answer(sock):
    """Reads records until END_REQUEST or the end of the connection."""
    data, out, err, end = b"", b"", b"", None
    while end is None:
        try:
            piece = sock.recv(65536)
        except ConnectionResetError:
            break
        if not piece:
            break
        data += piece
        while len(data) >= 8:
            _, kind, _, length, padding = struct.unpack(">BBHHBx", data[:8])
            if len(data) < 8 + length + padding:
                break
            content = data[8:8 + length]
            data = data[8 + length + padding:]
            if kind == STDOUT:
                out += content
            elif kind == STDERR:
                err += content
            elif kind == END:
                end = content[4]
    return Answer(out, end, err)


def request(path, pairs, body=b"", role=RESPONDER, timeout=10, chunks=None, pause=0):
    """
    One request over the unix socket `path`. pairs: a list (names may be doubled). chunks: sends the
    body in pieces of that many bytes with `pause` seconds between them.
    """
    with connect(path, timeout) as sock:
        sock.sendall(record(BEGIN, struct.pack(">HB5x", role, 0)) +
                     stream(PARAMS, encode_params(pairs)))
        try:
            if chunks:
                for i in range(0, len(body), chunks):
                    sock.sendall(record(STDIN, body[i:i + chunks]))
                    time.sleep(pause)
                sock.sendall(record(STDIN))
            else:
                sock.sendall(stream(STDIN, body))
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was read: the answer is there all the same
        return read_answer(sock)


def fetch(path, uri="/", method="GET", body=None, **kwargs):
    """request() with the parameters that params_for() makes."""
    sending = {k: kwargs.pop(k) for k in ("role", "timeout", "chunks", "pause") if k in kwargs}
    pairs = params_for(method=method, uri=uri, body=body, **kwargs)
    return request(path, pairs, body or b"", **sending)


def multipart(fields, boundary="----x1y2z3"):
    """(content type, body). fields: (name, text) or (name, file name, type, bytes)."""
    out = b""
    for field in fields:
        out += b"--" + boundary.encode() + b"\r\n"
        if len(field) == 2:
            head = f'Content-Disposition: form-data; name="{field[0]}"\r\n\r\n'
        else:
            head = (f'Content-Disposition: form-data; name="{field[0]}"; filename="{field[1]}"\r\n'
                    f"Content-Type: {field[2]}\r\n\r\n")
        out += head.encode("utf-8") + _bytes(field[-1]) + b"\r\n"
    out += b"--" + boundary.encode() + b"--\r\n"
    return "multipart/form-data; boundary=" + boundary, out


class Worker:
    """One worker process on a socket of its own; log lines collect in the file `log`. base: the path of its
    public address, put before addresses that lack it."""

    def __init__(self, program, config, folder, klass="page", env=None, name=None, base=""):
        self.base = base
        self.socket = os.path.join(folder, (name or klass) + ".sock")
        self.log = os.path.join(folder, (name or klass) + ".log")
        self.argv = [program, "--config", config, "--class", klass, "--socket", self.socket]
        self.env = {**os.environ, "LSAN_OPTIONS": LSAN_OPTIONS, **(env or {})}
        self.process, self.answered = None, 0

    def start(self, timeout=10):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.argv, env=self.env, stderr=log,
                                            stdin=subprocess.DEVNULL)
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"worker ended at start: {self.log_text()}")
            try:
                connect(self.socket).close()
                return self
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.02)
        raise RuntimeError("worker does not listen")

    def stop(self, sig=signal.SIGTERM, timeout=10):
        """Returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sig)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def fetch(self, uri="/", method="GET", body=None, **kwargs):
        if self.base:
            kwargs["extra"] = {"SCRIPT_NAME": self.base, **(kwargs.get("extra") or {})}
            uri = uri if uri.startswith(self.base + "/") else self.base + uri
        answer = fetch(self.socket, uri, method, body, **kwargs)
        self.answered += answer.complete
        return answer

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def line_of(self, text, timeout=5):
        """The log line that holds this: a worker writes its access line behind the answer."""
        end = time.monotonic() + timeout
        while True:
            line = next((line for line in self.log_text().splitlines() if text in line), None)
            if line is not None or time.monotonic() > end:
                assert line is not None, f"{text} is not in the log:\n{self.log_text()[-2000:]}"
                return line
            time.sleep(0.01)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def run_cgi(program, pairs, body=b"", env=None, timeout=10):
    """One plain CGI/1.1 request: parameters in the environment, body on standard input."""
    environment = {_bytes(k): _bytes(v) for k, v in {**(env or {}), **dict(pairs)}.items()}
    environment.setdefault(b"PATH", os.environ["PATH"].encode())
    done = subprocess.run([program], env=environment, input=body, capture_output=True,
                          timeout=timeout, check=False)
    return Answer(done.stdout, done.returncode, done.stderr)
