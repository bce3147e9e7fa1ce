"""Both systems: started on the same samples in directories of their own, and asked over one kept-alive connection each."""
import http.client
import json
import urllib.parse

from peerbench import receivers, sender


class Refused(Exception):
    """The system answered that it will not: status and text."""


class Broke(Exception):
    """The system did not answer, or not in the protocol."""


class Oracle(receivers.Prometheus):
    """Debian's Prometheus. Subqueries without a step use `evaluation_interval`, whose default is 1 min."""


class Tested(receivers.Postwatch):
    """Postwatch, with the default of Prometheus for subqueries without a step."""

    def command(self):
        settings = self.directory / "postwatch.yml"
        settings.write_text("global:\n  evaluation_interval: 1m\n")
        return [*super().command(), "--config", str(settings)]


class Asked:
    """One running system and its connection. Restarts it when it broke down."""

    def __init__(self, system):
        self.system = system
        self._connection = None

    def load(self, requests):
        self.system.start()
        outcome = sender.send(self.system.port, self.system.write_path, [requests])
        if outcome.refusal:
            raise SystemExit(f"{self.system.name} refused the samples: {outcome.refusal}")

    def answer(self, question):
        """The `data` of the answer. Throws `Refused` or `Broke`."""
        parameters = {"query": question.expression.text}
        if question.step:
            path = "/api/v1/query_range"
            parameters |= {"start": question.start, "end": question.end, "step": question.step}
        else:
            path = "/api/v1/query"
            parameters["time"] = question.start
        body = urllib.parse.urlencode(parameters)
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.system.port, timeout=20)
            self._connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
            response = self._connection.getresponse()
            status, text = response.status, response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self._recover()
            raise Broke(f"no answer: {error!r}") from error
        try:
            content = json.loads(text)
        except ValueError as error:
            raise Broke(f"status {status} and no JSON: {text[:200]!r}") from error
        if status == 200 and content.get("status") == "success":
            return content["data"]
        # Nobody's expression is the server's fault: an answer of 500 is no refusal.
        if status >= 500 and status != 503 or content.get("status") != "error":
            raise Broke(f"status {status}: {text[:200]}")
        raise Refused(f"{status} {content.get('errorType')}: {content.get('error')}")

    def close(self):
        if self._connection:
            self._connection.close()
        self.system.kill()

    def _recover(self):
        self._connection.close()
        self._connection = None
        process = self.system.process
        if process is not None and process.poll() is not None:
            self.system.start()
