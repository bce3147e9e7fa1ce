"""A load of hours that does not fit into memory: made once, kept in files, and sent one block of time after the other.

A series message holds all samples of its block, as a sender writes them that catches up. Blocks are in time order and each is sent to its
end before the next one begins, because receivers refuse samples that are much older than their newest one.
"""
import dataclasses
import itertools
import multiprocessing
import os
import pathlib
import random
import signal
import struct

from . import load

_FRAME = struct.Struct("<II")


@dataclasses.dataclass(frozen=True)
class LongLoad:
    """`shape` cut into blocks of `steps_per_block` steps; every block is kept as one file per shard, in `directory`."""

    shape: load.Shape
    steps_per_block: int
    samples_per_request: int
    shards: int
    directory: pathlib.Path

    @property
    def blocks(self):
        return range(self.shape.steps // self.steps_per_block)

    def make(self):
        """Writes the files, on all cores."""
        self.directory.mkdir(parents=True)
        # At its end the pool ends its processes by SIGTERM, which the driver handles for itself only.
        with multiprocessing.Pool(os.cpu_count(), signal.signal, (signal.SIGTERM, signal.SIG_DFL)) as pool:
            pool.map(self._make_shard, range(self.shards), chunksize=1)

    def requests(self, block):
        """One list of requests per shard."""
        return [list(self._read(block, shard)) for shard in range(self.shards)]

    def rarest_metric(self):
        """The metric that has the fewest series, and how many samples of it the load holds."""
        names = [name for name, _, _ in load.catalogue(self.shape.series)]
        name = min(sorted(set(names)), key=names.count)
        return name, names.count(name) * self.shape.hosts * self.shape.steps

    def _path(self, block, shard):
        return self.directory / f"{block:03}-{shard}"

    def _make_shard(self, shard):
        shape, steps = self.shape, self.steps_per_block
        hosts = range(shape.hosts * shard // self.shards, shape.hosts * (shard + 1) // self.shards)
        series = [one for host in hosts for one in self._series_of(host)]
        sample = "3sd7s"  # tag, length and tag of the value; the value; tag and time
        layout = struct.Struct("<" + sample * steps)
        for block in self.blocks:
            fields = [b"\x12\x10\x09", 0.0, b""] * steps
            fields[2::3] = [b"\x10" + load.varint(shape.time_of(block * steps + step)) for step in range(steps)]
            parts, count = [], 0
            with open(self._path(block, shard), "wb") as file:
                for labels, values in series:
                    fields[1::3] = itertools.islice(values, steps)
                    parts.append(load.field(1, labels + layout.pack(*fields)))
                    count += steps
                    if count >= self.samples_per_request:
                        _write(file, parts, count)
                        parts, count = [], 0
                if count:
                    _write(file, parts, count)

    def _series_of(self, host):
        randomness = random.Random(f"{self.shape.seed} {host}")
        for name, labels, values in load.catalogue(self.shape.series):
            yield load.label_fields(name, labels, host), values(randomness)

    def _read(self, block, shard):
        content = self._path(block, shard).read_bytes()
        position = 0
        while position < len(content):
            samples, length = _FRAME.unpack_from(content, position)
            position += _FRAME.size
            yield load.Request(content[position : position + length], samples)
            position += length


def _write(file, parts, count):
    body = load.snappy(b"".join(parts))
    file.write(_FRAME.pack(count, len(body)) + body)
