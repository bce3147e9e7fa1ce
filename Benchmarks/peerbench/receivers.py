"""The systems under test: how each is started in a directory of its own, and how it is asked to put everything on disk."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 600


class Receiver:
    """One system in one directory; its process can be stopped or killed, and started again on what it left."""

    name = ""
    package = ""
    ready_path = "/-/ready"
    write_path = "/api/v1/write"

    def __init__(self, binary, directory):
        self.binary = binary
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self.process = None
        self.port = 0
        # YAML with Prometheus' keys, the same for all: `global`, `rule_files`, `scrape_configs`. Empty: defaults.
        self.configuration = ""

    def refusal(self, configuration):
        """Why it cannot work with this configuration; `None` when it can."""

    def settings(self, suffix="yml"):
        """The path of its configuration, written there."""
        path = self.directory / f"settings.{suffix}"
        path.write_text(self.configuration or "{}\n")
        return path

    def command(self):
        """The arguments after the binary. Loopback only."""
        raise NotImplementedError

    def version(self):
        """As Debian's package says it."""
        shown = subprocess.run(
            ["dpkg-query", "--show", "--showformat=${Version}", self.package], capture_output=True, text=True, check=False
        )
        return shown.stdout or "unknown version"

    def flush(self):
        """Has everything written in its final form, and returns the CPU seconds of its whole life when it had to end for that."""

    def flushed_bytes(self):
        """What its samples and index occupy once flushed, without logs of unflushed writes and rebuildable caches."""
        raise NotImplementedError

    # Process

    def start(self):
        """Starts it and returns the seconds until it was ready."""
        self.port = _free_port()
        begin = time.monotonic()
        with open(self.directory / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, *self.command()], cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        while time.monotonic() - begin < START_SECONDS:
            if self.process.poll() is not None:
                break
            try:
                self.get(self.ready_path)
                return time.monotonic() - begin
            except OSError:
                time.sleep(0.01)
        self.kill()
        raise SystemExit(f"{self.name} did not become ready:\n{(self.directory / 'log').read_text(errors='replace')[-2000:]}")

    def stop(self):
        """Ends it in an orderly way, by its process id; returns the CPU seconds it used until its end."""
        return self._end(signal.SIGTERM)

    def kill(self):
        return self._end(signal.SIGKILL)

    def _end(self, how):
        process, self.process = self.process, None
        if process is None:
            return 0.0
        if process.returncode is None:
            process.send_signal(how)
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
            return usage.ru_utime + usage.ru_stime
        return 0.0

    # Figures

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def anonymous_bytes(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Anonymous:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("smaps_rollup has no Anonymous line")

    def stored_samples(self, names, moment, span_seconds):
        """How many samples of the named metrics it answers with for the `span_seconds` before `moment` (Unix milliseconds)."""
        total = 0
        # One metric at a time: without their names, series of different metrics may be the same.
        for name in names:
            query = f"sum(count_over_time({name}[{span_seconds}s]))"
            answer = json.loads(self.get("/api/v1/query", query=query, time=f"{moment / 1000:.3f}"))
            total += sum(int(float(row["value"][1])) for row in answer["data"]["result"])
        return total

    def get(self, path, method="GET", **parameters):
        url = f"http://127.0.0.1:{self.port}{path}"
        if parameters:
            url += "?" + urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=120) as answer:
            return answer.read()


class Postwatch(Receiver):
    name = "Postwatch"

    def flush(self):
        # It flushes when it is stopped.
        return self.stop()

    def command(self):
        given = ["--config", str(self.settings())] if self.configuration else []
        return ["serve", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.directory / "data"), "--log-level", "warning", *given]

    def refusal(self, configuration):
        self.configuration = configuration
        check = [self.binary, "config", "check", str(self.settings())]
        outcome = subprocess.run(check, capture_output=True, text=True, check=False)
        return (outcome.stderr + outcome.stdout).strip() if outcome.returncode else None

    def version(self):
        return subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=False).stdout.strip()

    def flushed_bytes(self):
        # Without the space that is only kept for a full disk.
        return _size(self.directory / "data" / "series") - _size(self.directory / "data" / "series", "reserve")


class Prometheus(Receiver):
    name = "Prometheus"
    package = "prometheus"

    def command(self):
        return [
            f"--config.file={self.settings()}",
            f"--storage.tsdb.path={self.directory / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--web.enable-remote-write-receiver",
            "--web.enable-admin-api",
            "--log.level=error",
        ]

    def flush(self):
        # It compacts two-hour blocks by itself only an hour later; a snapshot writes the same block now.
        self.get("/api/v1/admin/tsdb/snapshot", method="POST", skip_head="false")

    def flushed_bytes(self):
        return _size(self.directory / "data" / "snapshots")


class VictoriaMetrics(Receiver):
    name = "VictoriaMetrics"
    package = "victoria-metrics"
    ready_path = "/health"

    def command(self):
        return [
            f"-storageDataPath={self.directory / 'data'}",
            f"-httpListenAddr=127.0.0.1:{self.port}",
            "-loggerLevel=ERROR",
            # It has rules judged by another program.
            *([f"-promscrape.config={self.settings()}"] if "scrape_configs" in self.configuration else []),
        ]

    def flush(self):
        self.get("/internal/force_flush")
        self.get("/internal/force_merge")
        self._await_steady_size()

    def flushed_bytes(self):
        return _size(self.directory / "data" / "data") + _size(self.directory / "data" / "indexdb")

    def _await_steady_size(self, quiet_seconds=3, limit_seconds=30):
        """Merging goes on in the background after the answer."""
        size, since, end = -1, time.monotonic(), time.monotonic() + limit_seconds
        while time.monotonic() < end and time.monotonic() - since < quiet_seconds:
            now = _size(self.directory / "data" / "data")
            if now != size:
                size, since = now, time.monotonic()
            time.sleep(0.2)


class VMAlert(Receiver):
    """What judges rules for VictoriaMetrics: asks `storage`, and writes the states of alerts there."""

    name = "vmalert"
    package = "victoria-metrics"
    ready_path = "/health"

    def __init__(self, binary, directory, storage, rules, notifier):
        super().__init__(binary, directory)
        self._storage, self._rules, self._notifier = storage, rules, notifier

    def command(self):
        address = f"http://127.0.0.1:{self._storage.port}"
        return [
            f"-rule={self._rules}",
            f"-httpListenAddr=127.0.0.1:{self.port}",
            f"-datasource.url={address}",
            f"-remoteWrite.url={address}",
            f"-remoteRead.url={address}",
            f"-notifier.url={self._notifier}",
            "-loggerLevel=ERROR",
        ]


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _size(directory, pattern="**/*"):
    total = 0
    for path in pathlib.Path(directory).glob(pattern):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            pass  # merged away between listing and looking
    return total
