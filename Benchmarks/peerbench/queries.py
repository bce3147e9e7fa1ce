"""The six queries: what they are, how they are timed, and whether the answers of the systems are alike."""
import dataclasses
import math
import statistics
import time

from peerbench import asker

RANGE_SECONDS, STEP_SECONDS = 15 * 60, 15


@dataclasses.dataclass(frozen=True)
class Query:
    key: str
    words: str
    text: str
    # How often it is asked after a warm-up of a tenth of it: the kernel counts CPU in hundredths of a second.
    repetitions: int
    is_range: bool = False
    # VictoriaMetrics' `rate` and `predict_linear` are defined differently: only the elements are compared with it.
    is_defined_alike: bool = False


RATES = "sum by (cluster) (rate(app_requests_total[5m]))"
QUERIES = [
    Query("sum", "`sum by (cluster) (rate(counter[5m]))` over 20,000 series, instant", RATES, 40),
    Query("range", "the same, range of 15 min at 15 s", RATES, 20, is_range=True),
    Query("topk", "`topk(10, rate(counter[5m]))` over 20,000 series", "topk(10, rate(app_requests_total[5m]))", 40),
    Query(
        "quantile", "`histogram_quantile` over 16 groups, 5,000 buckets",
        "histogram_quantile(0.99, sum by (service, le) (rate(app_latency_seconds_bucket[5m])))", 100,
    ),
    Query("predict", "`predict_linear` over 800 series", "predict_linear(app_disk_free_bytes[10m], 3600)", 400),
    Query("one", "one series, instant", 'app_requests_total{instance="mail-042.example.net", handler="h017"}', 8_000, is_defined_alike=True),
]  # fmt: skip


class Clock:
    """Moments to ask for. Each repetition gets another, so that nobody answers from the memory of the last one.

    All are 7 s after a step of the data: no sample lies on an end of a window, where versions differ about what is inside.
    """

    def __init__(self, newest):
        self._newest = newest // 1000

    def parameters(self, query, repetition):
        moment = self._newest - STEP_SECONDS * (repetition % 8) + 7
        # VictoriaMetrics keeps answers of range queries; this one parameter asks it not to. The others ignore it.
        common = {"query": query.text, "nocache": 1}
        if query.is_range:
            return "/api/v1/query_range", {**common, "start": moment - RANGE_SECONDS, "end": moment, "step": STEP_SECONDS}
        return "/api/v1/query", {**common, "time": moment}


def measure(receiver, clock, figures, share=1.0):
    """CPU-milliseconds and median latency of each query into `figures`; returns the answers by key."""
    answers = {}
    with asker.Asker(receiver.port) as client:
        for query in QUERIES:
            requests = []
            for repetition in range(8):
                path, parameters = clock.parameters(query, repetition)
                requests.append(client.request(path, **parameters))
            answers[query.key] = client.data(requests[0])
            count = max(8, int(query.repetitions * share))
            for repetition in range(count // 10 + 1):
                client.ask(requests[repetition % 8])
            time.sleep(0.5)  # what the warm-up left to clean up
            before = receiver.cpu_seconds()
            latencies = [client.ask(requests[repetition % 8])[0] for repetition in range(count)]
            figures[f"{query.key}_cpu"] = (receiver.cpu_seconds() - before) / count * 1e3
            figures[f"{query.key}_p50"] = statistics.median(latencies) * 1e3
    return answers


def likeness(query, own, others):
    """How an answer compares to another one, in words; and whether all values agree within 1e-6."""
    ours, other = _values(own), _values(others)
    if len(ours) != len(other):
        return f"{len(ours)} elements beside {len(other)}", False
    if not ours:
        return "no elements", False
    if query.key != "topk" and ours.keys() != other.keys():
        return "other labels", False
    pairs = list(zip(*(_flat(values, query) for values in (ours, other))))
    worst = max((_relative(a, b) for a, b in pairs), default=0.0)
    return f"{len(ours)} elements, values within {worst:.1g}", worst <= 1e-6


def _values(data):
    # Some functions keep the name in VictoriaMetrics.
    rows = [(tuple(sorted((key, value) for key, value in row["metric"].items() if key != "__name__")), row) for row in data["result"]]
    return {labels: [float(value) for _, value in row.get("values") or [row["value"]]] for labels, row in rows}


def _flat(values, query):
    # Which of ten nearly equal series is tenth is no error: ranks are compared.
    rows = sorted(values.values()) if query.key == "topk" else [values[labels] for labels in sorted(values)]
    return [value for row in rows for value in row]


def _relative(first, second):
    if first == second or (math.isnan(first) and math.isnan(second)):
        return 0.0
    return abs(first - second) / max(abs(first), abs(second))
