"""What it costs to scrape 100 targets of 2,374 samples each second."""
import contextlib
import json
import pathlib
import subprocess
import sys
import time
import urllib.request

from peerbench import pages

TARGETS, SAMPLES, INTERVAL_SECONDS = 100, 2_374, 1
SETTLE_SECONDS = 8
# One that every target has several of.
METRIC = "node_load1"


@contextlib.contextmanager
def page_server():
    """The targets, in a process of their own; gives the port that all of them have."""
    command = [sys.executable, "-B", str(pathlib.Path(pages.__file__)), str(TARGETS), str(SAMPLES)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def configuration(port):
    """As a Prometheus server has it."""
    targets = ", ".join(f'"{address}:{port}"' for address in pages.addresses(TARGETS))
    interval = f"scrape_interval: {INTERVAL_SECONDS}s"
    lines = [
        f"global: {{{interval}}}",
        "scrape_configs:",
        "  - job_name: bench",
        f"    {interval}",
        f"    scrape_timeout: {INTERVAL_SECONDS}s",
        f"    static_configs: [{{targets: [{targets}]}}]",
    ]
    return "\n".join(lines) + "\n"


def measure(receiver, port, seconds, figures):
    """CPU-seconds by million samples. Pages that were given are counted by the targets; that they arrived is asked for."""
    time.sleep(SETTLE_SECONDS)
    count, spent, begin = served(port), receiver.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    count, spent, took = served(port) - count, receiver.cpu_seconds() - spent, time.monotonic() - begin
    if count == 0:
        raise SystemExit(f"{receiver.name} scraped nothing in {seconds} s")
    figures["scrape_cpu"] = spent / (count * SAMPLES) * 1e6
    figures["scrape_rate"] = count / took
    figures["scrape_memory"] = receiver.anonymous_bytes() / (TARGETS * SAMPLES)
    query = f"count({METRIC})"
    answer = json.loads(receiver.get("/api/v1/query", query=query, time=f"{time.time() - 5:.0f}"))["data"]["result"]
    figures["scrape_series"] = float(answer[0]["value"][1]) if answer else 0.0


def served(port):
    with urllib.request.urlopen(f"http://{pages.addresses(1)[0]}:{port}/served", timeout=10) as answer:
        return int(answer.read())
