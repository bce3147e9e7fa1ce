"""The processes that are measured, and whom they push to."""
import http.server
import os
import pathlib
import signal
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")


class Watched:
    """Processes whose processor time and memory are read from /proc."""

    def __init__(self, commands, log):
        self.processes = [subprocess.Popen(command, stdout=log, stderr=log) for command in commands]

    def cpu(self):
        return sum(self._ticks(process) for process in self.processes) / TICKS

    def memory(self):
        """Resident, and of that what no other process shares, in MiB."""
        resident = private = 0
        for process in self.processes:
            for line in pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
                name, *rest = line.split()
                if name == "Rss:":
                    resident += int(rest[0])
                elif name in ("Private_Clean:", "Private_Dirty:"):
                    private += int(rest[0])
        return resident / 1024, private / 1024

    def peak(self):
        """The most that was resident, in MiB."""
        lines = [pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines() for process in self.processes]
        return sum(int(line.split()[1]) for status in lines for line in status if line.startswith("VmHWM:")) / 1024

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @staticmethod
    def _ticks(process):
        fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])


class Sink(http.server.BaseHTTPRequestHandler):
    """Takes whatever is pushed."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass
