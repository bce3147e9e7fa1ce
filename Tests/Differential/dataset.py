"""The samples that both systems get: counters with resets, gauges, gaps, stale markers, classic histograms, by seed.

Every sample lies 1 to 999 ms off a full second, and every query asks on full seconds. So no sample lies on the left end of a window,
where Prometheus 2.42 (closed) and the language since 3.0 (open) differ.
"""
import dataclasses
import random
import struct

from peerbench import load

STEP_MILLISECONDS = 15_000
STEPS = 160
SPAN_SECONDS = STEPS * STEP_MILLISECONDS // 1000
# What Prometheus writes where a series ends: a NaN with this payload.
_STALE_BYTES = struct.pack("<Q", 0x7FF0000000000002)

INSTANCES = ("a:9100", "b:9100", "c:9100")
JOBS = ("api", "mail")
CLUSTERS = ("east", "west")
BOUNDS = ("0.01", "0.05", "0.1", "0.5", "1", "5", "+Inf")


@dataclasses.dataclass(frozen=True)
class Family:
    """One metric and what a generator of expressions must know of it."""

    name: str
    # counter, gauge, whole (integers with many equal values), flag (0 or 1), odd (NaN and infinities among them), bucket
    kind: str
    labels: dict

    @property
    def label_names(self):
        return sorted(self.labels)


FAMILIES = [
    Family("requests_total", "counter", {"job": JOBS, "instance": INSTANCES, "code": ("200", "404", "500")}),
    Family("errors_total", "counter", {"job": JOBS, "instance": INSTANCES}),
    Family("temperature_celsius", "gauge", {"job": JOBS, "instance": INSTANCES, "zone": ("hot", "cold")}),
    Family("load_average", "gauge", {"job": JOBS, "instance": INSTANCES}),
    Family("queue_length", "whole", {"cluster": CLUSTERS, "instance": INSTANCES}),
    Family("up", "flag", {"job": JOBS, "instance": INSTANCES}),
    Family("node_info", "flag", {"instance": INSTANCES, "version": ("1.0", "1.1", "2.0"), "cluster": CLUSTERS}),
    Family("odd_value", "odd", {"instance": INSTANCES}),
    Family("latency_seconds_bucket", "bucket", {"job": JOBS, "instance": INSTANCES, "le": BOUNDS}),
    Family("latency_seconds_count", "counter", {"job": JOBS, "instance": INSTANCES}),
    Family("latency_seconds_sum", "counter", {"job": JOBS, "instance": INSTANCES}),
]


class Dataset:
    """The series of a seed. `start`: Unix seconds of the first step, a multiple of an hour."""

    def __init__(self, seed, start):
        self.start = start
        self._random = random.Random(f"data {seed}")
        self.series = []
        self._counters()
        self._gauges()
        self._histograms()

    @property
    def end(self):
        return self.start + SPAN_SECONDS

    def requests(self, series_per_request=40):
        """The same bytes for both systems; within a series samples are in order."""
        found = []
        for first in range(0, len(self.series), series_per_request):
            part = self.series[first : first + series_per_request]
            body = b"".join(load.field(1, _labels(labels) + b"".join(_sample(*one) for one in samples)) for labels, samples in part)
            found.append(load.Request(load.snappy(body), sum(len(samples) for _, samples in part)))
        return found

    @property
    def sample_count(self):
        return sum(len(samples) for _, samples in self.series)

    # Families

    def _counters(self):
        for job in JOBS:
            for instance in INSTANCES:
                for code in ("200", "404", "500"):
                    self._add("requests_total", self._counter(0.02, to_zero=True), job=job, instance=instance, code=code)
                # How far a rate reaches towards zero where a gap begins a window has changed: counters with gaps stay far from it (D14).
                self._add("errors_total", self._counter(0.02, to_zero=False), self._holes(), job=job, instance=instance)

    def _gauges(self):
        for job in JOBS:
            for instance in INSTANCES:
                for zone in ("hot", "cold"):
                    holes = self._holes() if zone == "cold" else None
                    self._add("temperature_celsius", self._walk(40, 5), holes, job=job, instance=instance, zone=zone)
                self._add("load_average", self._walk(0, 2), self._endings(), job=job, instance=instance)
                self._add("up", self._flags(), job=job, instance=instance)
        for cluster in CLUSTERS:
            for instance in INSTANCES:
                self._add("queue_length", self._whole(), self._holes(), cluster=cluster, instance=instance)
        for instance, version, cluster in zip(INSTANCES, ("1.0", "1.1", "2.0"), ("east", "west", "east")):
            self._add("node_info", [1.0] * STEPS, instance=instance, version=version, cluster=cluster)
            values = [self._random.choice((float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 1.5, -2.5, 1e300)) for _ in range(STEPS)]
            self._add("odd_value", values, instance=instance)

    def _histograms(self):
        for job in JOBS:
            for instance in INSTANCES:
                totals, total, seconds = [5_000 * 3 ** -index for index in range(len(BOUNDS))], 0.0, 50_000.0
                totals = [float(int(value)) for value in totals]
                columns, counts, sums = [[] for _ in BOUNDS], [], []
                for _ in range(STEPS):
                    for index in range(len(BOUNDS)):
                        totals[index] += self._random.choice((0, 0, 1, 3, 17)) if index != 3 else 0
                    total = 0.0
                    for index, column in enumerate(columns):
                        total += totals[index]
                        column.append(total)
                    seconds += self._random.random() * 20
                    counts.append(total)
                    sums.append(seconds)
                phase = self._phase()
                for bound, column in zip(BOUNDS, columns):
                    self._add("latency_seconds_bucket", column, phase=phase, job=job, instance=instance, le=bound)
                self._add("latency_seconds_count", counts, phase=phase, job=job, instance=instance)
                self._add("latency_seconds_sum", sums, phase=phase, job=job, instance=instance)

    def _add(self, name, values, what_is_missing=None, phase=None, **labels):
        phase = phase if phase is not None else self._phase()
        samples = []
        for step, value in enumerate(values):
            fate = what_is_missing[step] if what_is_missing else "there"
            moment = self.start * 1000 + step * STEP_MILLISECONDS + phase
            if fate == "there":
                samples.append((moment, struct.pack("<d", value)))
            elif fate == "stale":
                samples.append((moment, _STALE_BYTES))
        self.series.append(({"__name__": name, **labels}, samples))

    def _phase(self):
        """0 to 14 s and never a full second."""
        return self._random.randrange(15) * 1000 + self._random.randrange(1, 1000)

    # Values

    def _counter(self, resets, to_zero):
        value, values = float(self._random.randrange(5_000, 9_000)), []
        for _ in range(STEPS):
            values.append(value)
            value += self._random.choice((0, 0, 1, 2, 5, 40))
            if self._random.random() < resets:
                value = float(self._random.randrange(3)) if to_zero else float(int(value * 0.8))
        return values

    def _walk(self, around, stride):
        value, values = around + self._random.random(), []
        for _ in range(STEPS):
            values.append(value)
            value += (self._random.random() - 0.5) * stride
        return values

    def _whole(self):
        value, values = self._random.randrange(10), []
        for _ in range(STEPS):
            values.append(float(value))
            if self._random.random() < 0.3:
                value = self._random.randrange(10)
        return values

    def _flags(self):
        return [0.0 if self._random.random() < 0.1 else 1.0 for _ in range(STEPS)]

    def _holes(self):
        """Single scrapes and longer stretches without samples; some stretches begin with a stale marker."""
        fates = ["there"] * STEPS
        for step in range(STEPS):
            if self._random.random() < 0.04:
                fates[step] = "missing"
        for _ in range(3):
            begin, length = self._random.randrange(STEPS), self._random.choice((3, 10, 26))
            for step in range(begin, min(STEPS, begin + length)):
                fates[step] = "missing"
            if self._random.random() < 0.6:
                fates[begin] = "stale"
        return fates

    def _endings(self):
        """A series that begins late or ends early, with or without a stale marker."""
        begin, end = self._random.randrange(40), STEPS - self._random.randrange(60)
        fates = ["there" if begin <= step < end else "missing" for step in range(STEPS)]
        if end < STEPS and self._random.random() < 0.5:
            fates[end] = "stale"
        return fates


def _labels(labels):
    return b"".join(load.field(1, load.field(1, key.encode()) + load.field(2, value.encode())) for key, value in sorted(labels.items()))


def _sample(moment, value):
    return load.field(2, b"\x09" + value + b"\x10" + load.varint(moment))
