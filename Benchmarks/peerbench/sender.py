"""Sends finished requests over kept-alive connections, each connection one request at a time, and notes how long answers took."""
import dataclasses
import socket
import threading
import time


@dataclasses.dataclass
class Outcome:
    """What a receiver said: samples it acknowledged, the seconds of each request, and the first refusal."""

    acknowledged: int = 0
    latencies: list = dataclasses.field(default_factory=list)
    refusal: str | None = None
    seconds: float = 0.0

    def percentile(self, share):
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def send(port, path, shards):
    """Sends every shard on a connection and thread of its own, all at full speed, and waits for the last answer."""
    outcomes = [Outcome() for _ in shards]
    threads = [threading.Thread(target=_send, args=(port, path, *pair)) for pair in zip(shards, outcomes)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(
        acknowledged=sum(outcome.acknowledged for outcome in outcomes),
        latencies=[seconds for outcome in outcomes for seconds in outcome.latencies],
        refusal=next((outcome.refusal for outcome in outcomes if outcome.refusal), None),
        seconds=time.monotonic() - begin,
    )


def _send(port, path, requests, outcome):
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n"
        "X-Prometheus-Remote-Write-Version: 0.1.0\r\nUser-Agent: peerbench\r\nContent-Length: "
    ).encode()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in requests:
                begin = time.monotonic()
                connection.sendall(b"%b%d\r\n\r\n%b" % (head, len(request.body), request.body))
                status, text = _answer(connection)
                outcome.latencies.append(time.monotonic() - begin)
                if 200 <= status < 300:
                    outcome.acknowledged += request.samples
                else:
                    outcome.refusal = outcome.refusal or f"{status} {text}"
    except OSError as error:
        outcome.refusal = outcome.refusal or str(error)


def _answer(connection):
    """The status and body of one answer; a write is answered with a length or without a body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += _receive(connection)
    return int(head.split(b" ", 2)[1]), body.decode(errors="replace").strip()


def _receive(connection):
    part = connection.recv(65536)
    if not part:
        raise ConnectionError("the receiver closed the connection")
    return part
