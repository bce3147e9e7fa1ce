"""Asks queries over one kept-alive connection with finished requests, so that the client costs as little as it can."""
import json
import socket
import time
import urllib.parse


class Asker:
    """One connection to one system."""

    def __init__(self, port):
        self._port = port
        self._connection = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def request(self, path, **parameters):
        """The bytes of a GET."""
        return f"GET {path}?{urllib.parse.urlencode(parameters)} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode()

    def ask(self, request):
        """The seconds from the first byte sent to the last one received, and the body."""
        begin = time.monotonic()
        self._connection.sendall(request)
        status, body = self._answer()
        seconds = time.monotonic() - begin
        if status != 200:
            raise SystemExit(f"a query was answered with {status}: {body[:300].decode(errors='replace')}\n{request.decode()}")
        return seconds, body

    def data(self, request):
        return json.loads(self.ask(request)[1])["data"]

    def _answer(self):
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, body = received.partition(b"\r\n\r\n")
        status, names = int(head.split(b" ", 2)[1]), head.lower()
        if b"transfer-encoding: chunked" in names:
            return status, self._chunks(body)
        length = int(names.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        parts, count = [body], len(body)
        while count < length:
            parts.append(self._receive())
            count += len(parts[-1])
        return status, b"".join(parts)

    def _chunks(self, received):
        parts = []
        while True:
            while b"\r\n" not in received:
                received += self._receive()
            size, _, received = received.partition(b"\r\n")
            size = int(size.split(b";")[0], 16)
            while len(received) < size + 2:
                received += self._receive()
            if size == 0:
                return b"".join(parts)
            parts.append(received[:size])
            received = received[size + 2 :]

    def _receive(self):
        part = self._connection.recv(1 << 18)
        if not part:
            raise ConnectionError("the system closed the connection")
        return part
