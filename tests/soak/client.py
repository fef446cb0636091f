# SPDX-License-Identifier: BSD-3-Clause
"""A strict little HTTP/1.1 client over a raw socket, for the soak: it notices what a lenient one
would forgive (a lost answer, a byte too many, a wrong length)."""

import socket
import struct


class Broken(Exception):
    """The server did something that it must not."""


class Closed(Exception):
    """The server closed the connection."""


class Client:
    def __init__(self, port, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def send(self, data):
        self.socket.sendall(data)

    def request(self, method, path, body=None, headers=()):
        self.send(request_bytes(method, path, body, headers))
        return self.response(method)

    def response(self, method="GET"):
        """(status, {lower-case name: value}, body) of the next final answer."""
        status = 100
        while status == 100:
            status, headers = self._head()
        if method == "HEAD" or status in (204, 304):
            return status, headers, b""
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, self._chunked()
        if "content-length" not in headers:
            raise Broken(f"{status} has no length")
        return status, headers, self._take(int(headers["content-length"]))

    def must_be_silent(self):
        """Nothing may follow the answers that were asked for."""
        if self._buffer:
            raise Broken(f"bytes that nobody asked for: {self._buffer[:60]!r}")

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes with a RST instead of a FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _head(self):
        end = self._until(b"\r\n\r\n")
        lines = self._take(end + 4)[:-4].decode("latin-1").split("\r\n")
        version, _, rest = lines[0].partition(" ")
        if version not in ("HTTP/1.1", "HTTP/1.0") or not rest[:3].isdigit():
            raise Broken(f"no status line: {lines[0]!r}")
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not name:
                raise Broken(f"no header: {line!r}")
            headers[name.lower()] = value.strip()
        return int(rest[:3]), headers

    def _chunked(self):
        body = b""
        while True:
            end = self._until(b"\r\n")
            size = int(self._take(end + 2)[:-2].split(b";")[0], 16)
            body += self._take(size)
            if self._take(2) != b"\r\n":
                raise Broken("a chunk does not end where it says")
            if size == 0:
                return body

    def _until(self, mark):
        while mark not in self._buffer:
            self._more()
        return self._buffer.index(mark)

    def _take(self, size):
        while len(self._buffer) < size:
            self._more()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise Closed
        self._buffer += data


def request_bytes(method, path, body=None, headers=()):
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers)]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")
