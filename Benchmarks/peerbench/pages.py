"""Serves the pages of many targets: `python3 pages.py TARGETS SAMPLES`. Prints its port, and ends with its standard input.

Every target has a loopback address of its own, and all have the same samples. Pages are finished before the first is asked for, compressed
and not; each request of a target gets the next of them, where counters moved on. `/served` tells how many pages were given.
"""
import asyncio
import gzip
import itertools
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from peerbench import load  # noqa: E402

VERSIONS = 60
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n%sContent-Length: %d\r\n\r\n%s"


def addresses(targets):
    return [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(targets)]


def pages(samples):
    """`VERSIONS` texts of as many samples, grouped by metric as the format wants it."""
    randomness, families = random.Random(1), {}
    for unit in itertools.count():
        for name, labels, values in load.catalogue(400):
            if samples == 0:
                break
            samples -= 1
            inside = ",".join(f'{key}="{value}"' for key, value in {**labels, "unit": str(unit)}.items() if key != "job")
            families.setdefault(name, []).append((f"{name}{{{inside}}} ", values(randomness)))
        if samples == 0:
            break
    for _ in range(VERSIONS):
        lines = []
        for name, series in families.items():
            lines += [f"# HELP {name} Made for measuring.", f"# TYPE {name} {'counter' if name.endswith('_total') else 'untyped'}"]
            lines += [head + repr(next(values)) for head, values in series]
        yield ("\n".join(lines) + "\n").encode()


class Server:
    def __init__(self, targets, samples):
        self._addresses = addresses(targets)
        made = list(pages(samples))
        self._plain = [_HEAD % (b"", len(page), page) for page in made]
        packed = [gzip.compress(page, 6) for page in made]
        self._packed = [_HEAD % (b"Content-Encoding: gzip\r\n", len(page), page) for page in packed]
        self._served = 0

    async def run(self):
        first = await asyncio.start_server(self._target(), self._addresses[0], 0)
        port = first.sockets[0].getsockname()[1]
        for address in self._addresses[1:]:
            await asyncio.start_server(self._target(), address, port)
        print(port, flush=True)
        # The driver holds the other end: when it is gone, so is this.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

    def _target(self):
        turns = itertools.count()

        async def answer(reader, writer):
            try:
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    if head.startswith(b"GET /served"):
                        text = str(self._served).encode()
                        writer.write(_HEAD % (b"", len(text), text))
                    else:
                        versions = self._packed if b"gzip" in head.lower() else self._plain
                        writer.write(versions[next(turns) % VERSIONS])
                        self._served += 1
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        return answer


if __name__ == "__main__":
    asyncio.run(Server(int(sys.argv[1]), int(sys.argv[2])).run())
