"""What it costs to judge 1,000 alerting rules every 5 s, counted by what each system says that it judged."""
import calendar
import contextlib
import http.server
import json
import pathlib
import re
import shutil
import threading
import time
import urllib.error

from peerbench import rule_load
from peerbench.receivers import Postwatch, VictoriaMetrics, VMAlert

# For what the load left to do, and the first evaluations on all of it.
SETTLE_SECONDS = 12


class Unsupported(Exception):
    """The system cannot be measured: why."""


@contextlib.contextmanager
def judge(receiver, rules):
    """Whoever judges the rules of a receiver, running; itself, unless it is VictoriaMetrics."""
    if not isinstance(receiver, VictoriaMetrics):
        yield receiver
        return
    binary = shutil.which("vmalert")
    if binary is None:
        raise SystemExit("vmalert is missing: make bench-peers installs it with victoria-metrics")
    with _sink() as port:
        alerter = VMAlert(binary, receiver.directory / "vmalert", receiver, rules, f"http://127.0.0.1:{port}")
        try:
            alerter.start()
            yield alerter
        finally:
            alerter.kill()


def measure(receiver, judging, seconds, figures):
    """CPU-seconds by 1,000 evaluations, over so many seconds, with all samples there. Throws `Unsupported`."""
    try:
        evaluations(judging)
        active_alerts(judging)
    except urllib.error.HTTPError as error:
        raise Unsupported(f"{error.url} is answered with {error.code}") from error
    time.sleep(SETTLE_SECONDS)
    processes = {id(one): one for one in (receiver, judging)}.values()
    count, begin = evaluations(judging), sum(one.cpu_seconds() for one in processes)
    time.sleep(seconds)
    spent, count = sum(one.cpu_seconds() for one in processes) - begin, evaluations(judging) - count
    if count <= 0:
        raise SystemExit(f"{judging.name} judged nothing in {seconds} s")
    figures["evaluations"] = count
    figures["rule_cpu"] = spent / count * 1e3
    figures["active"] = active_alerts(judging)


def evaluations(judging):
    """How many rules it judged since its start."""
    text = judging.get("/metrics").decode()
    for pattern in (r"prometheus_rule_evaluations_total", r"vmalert_execution_total", r"postwatch_\w*rule_evaluations_total"):
        counts = re.findall(rf"^{pattern}(?:\{{.*\}})? (\S+)$", text, re.MULTILINE)
        if counts:
            return int(sum(map(float, counts)))
    if isinstance(judging, Postwatch):
        # Without a counter: planned moments that passed until the last evaluation. One that was missed is not noticed.
        last = [_unix_seconds(group["lastEvaluation"]) for group in _groups(judging)]
        return int(sum(moment // rule_load.INTERVAL_SECONDS * len(group["rules"]) for moment, group in zip(last, _groups(judging))))
    raise SystemExit(f"{judging.name} does not say how many rules it judged")


def active_alerts(judging):
    """Pending and firing ones: systems that judge alike have about as many."""
    content = json.loads(judging.get("/api/v1/alerts"))
    return len(content["data"]["alerts"] or [])


def _groups(judging):
    groups = json.loads(judging.get("/api/v1/rules"))["data"]["groups"]
    if not groups or "lastEvaluation" not in groups[0]:
        raise Unsupported("it tells neither a count of evaluations at /metrics nor lastEvaluation of groups at /api/v1/rules")
    return groups


def _unix_seconds(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


@contextlib.contextmanager
def _sink():
    """An address that takes every notification: vmalert does not start without one."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def write(directory):
    """The rule file in a directory, and the configuration that names it."""
    path = pathlib.Path(directory) / "rules.yml"
    return path, rule_load.text(path)
