"""What the queries and rules are asked of: 100 hosts in clusters, with a large counter, buckets, disks, and what a host has besides."""
from peerbench import load

CLUSTERS, ROLES, SERVICES = 5, ("relay", "mailbox", "filter", "directory"), 16
BOUNDS = ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "5", "+Inf")
HANDLERS, STAGES, DISKS, OTHERS = 200, 5, 8, 242
SERIES = HANDLERS + STAGES * len(BOUNDS) + DISKS + OTHERS
# 15 min at 15 s, both ends included.
STEPS = 61


def series_of(host):
    """The 500 series of a host: 200 of one counter, 50 buckets, 8 disks, and 242 of the catalogue of the other loads."""
    place = {"cluster": f"c{host % CLUSTERS}", "role": ROLES[host % len(ROLES)], "job": "app"}
    for handler in range(HANDLERS):
        yield "app_requests_total", {**place, "handler": f"h{handler:03}"}, load.busy_counter(20 + handler, 1)
    for stage in range(STAGES):
        buckets = Buckets()
        for position, bound in enumerate(BOUNDS):
            labels = {**place, "service": f"s{host % SERVICES:02}", "stage": f"{stage}", "le": bound}
            yield "app_latency_seconds_bucket", labels, buckets.values(position)
    for disk in range(DISKS):
        yield "app_disk_free_bytes", {**place, "device": f"disk{disk}"}, load.slow_gauge(400e9, 4096)
    for name, labels, values in _OTHERS:
        yield name, {**labels, "cluster": place["cluster"], "role": place["role"]}, values


class Buckets:
    """Cumulative counts of one histogram: each bound has at least what the one below it has."""

    def __init__(self):
        self._below = [0.0] * STEPS

    def values(self, position):
        def made(randomness):
            total = int(randomness.random() * 1_000)
            for step in range(STEPS):
                total += int(randomness.random() * 8 * (1 + position % 5))
                self._below[step] += float(total)
                yield self._below[step]

        return made


def make(hosts, seed, newest):
    """Every sample of 15 min that end at `newest` (Unix milliseconds)."""
    shape = load.Shape(hosts, SERIES, STEPS, newest - (STEPS - 1) * load.STEP_MILLISECONDS, seed)
    return load.Load(shape, series_of)


_OTHERS = load.catalogue(OTHERS)
