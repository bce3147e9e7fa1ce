"""A Postfix that is not there: a socket that lists a queue, and a log that grows."""
import os
import random
import socket
import threading
import time


def listing(messages, now, seed=1):
    """What `showq` of Postfix 3.7 would say of a deferred queue: 60 % of it for three great destinations."""
    rng = random.Random(seed)
    great = ["gmail.example", "yahoo.example", "outlook.example"]

    def attributes(*pairs):
        return b"".join(name.encode() + b"\0" + value.encode() + b"\0" for name, value in pairs) + b"\0"

    parts = [attributes(("protocol", "mail_queue_list_protocol"))]
    for number in range(messages):
        domain = rng.choice(great) if rng.random() < 0.6 else f"domain-{rng.randrange(5000)}.example"
        recipient = f"user{number}@{domain}"
        if rng.random() < 0.5:
            reason = f"connect to mx.{domain}[192.0.2.1]:25: Connection timed out"
        else:
            reason = f"host mx.{domain}[192.0.2.7] said: 421 4.7.28 <{recipient}>: unusual rate of mail (in reply to RCPT TO command)"
        parts.append(
            attributes(
                ("queue_name", "deferred"), ("queue_id", f"4b{number:08X}"), ("time", str(now - rng.randrange(400_000))),
                ("size", str(rng.randrange(500, 100_000))), ("forced_expire", "0"), ("sender", f"sender{number}@a.example"),
                ("recipient", recipient), ("reason", reason)))
    return b"".join(parts) + b"\0"


class Queue:
    """Answers each connection to `<directory>/public/showq` with the same listing."""

    def __init__(self, directory, messages):
        self.path = os.path.join(directory, "public", "showq")
        os.makedirs(os.path.dirname(self.path))
        self.blob = listing(messages, int(time.time()))
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(self.path)
        self.socket.listen(16)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            connection, _ = self.socket.accept()
            try:
                connection.sendall(self.blob)
            except OSError:
                pass
            connection.close()


class Log:
    """Writes seven lines for each of so many messages a second."""

    def __init__(self, path, messages_per_second):
        self.path = path
        self.rate = messages_per_second
        self.number = 0
        self.is_ended = False
        open(path, "w").close()
        threading.Thread(target=self._write, daemon=True).start()

    def end(self):
        self.is_ended = True

    def _write(self):
        with open(self.path, "a", buffering=1 << 16) as file:
            while not self.is_ended and self.rate > 0:
                stamp = time.strftime("%b %e %H:%M:%S mx1 postfix/")
                for _ in range(self.rate):
                    self.number += 1
                    file.write(self._message(stamp, f"4b{self.number:09X}"))
                file.flush()
                time.sleep(1 - time.time() % 1)

    def _message(self, stamp, queue_id):
        client = f"client{self.number % 97}.example[198.51.100.{self.number % 250}]"
        domain = f"domain-{self.number % 500}.example"
        lines = [
            f"smtpd[411]: connect from {client}",
            f"smtpd[411]: {queue_id}: client={client}",
            f"cleanup[412]: {queue_id}: message-id=<{self.number}@a.example>",
            f"qmgr[413]: {queue_id}: from=<a@a.example>, size={1000 + self.number % 9000}, nrcpt=1 (queue active)",
            f"smtp[414]: {queue_id}: to=<b@{domain}>, relay=mx.{domain}[192.0.2.9]:25, delay=0.8, delays=0.1/0.01/0.3/0.39, dsn=2.0.0, "
            "status=sent (250 2.0.0 Ok: queued as 9F00)",
            f"qmgr[413]: {queue_id}: removed",
            f"smtpd[411]: disconnect from {client} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5",
        ]
        return "".join(f"{stamp}{line}\n" for line in lines)
