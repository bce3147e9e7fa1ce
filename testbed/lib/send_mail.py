#!/usr/bin/env python3
"""Sends plain messages over SMTP: a burst, then, if asked, a steady stream. Used by testbed/send, which knows the nodes."""
import argparse
import email.utils
import os
import smtplib
import ssl
import sys
import time
from email.message import EmailMessage

BODY = "A message of the testbed's ordinary traffic.\n" * 20


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True, metavar="ADDRESS:PORT")
    parser.add_argument("--source", required=True, metavar="ADDRESS", help="the sending address")
    parser.add_argument("--helo", required=True, metavar="NAME")
    parser.add_argument("--from", dest="sender", required=True)
    parser.add_argument("--to", dest="recipients", required=True, help="one or more, separated by commas, taken in turn")
    parser.add_argument("--password-file", help="sign in as the sender, after STARTTLS")
    parser.add_argument("--count", type=int, required=True, help="messages of the burst")
    parser.add_argument("--then-per-second", type=float, default=0, help="messages a second after the burst")
    parser.add_argument("--minutes", type=float, default=15, help="the longest time the stream lasts")
    parser.add_argument("--while-exists", metavar="FILE", help="stop when this file is gone")
    return parser.parse_args()


class Sender:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.recipients = options.recipients.split(",")
        self.sent = 0

    def is_wanted(self) -> bool:
        return not self.options.while_exists or os.path.exists(self.options.while_exists)

    def send(self, count: int) -> None:
        """Sends `count` messages over one connection."""
        with self.connect() as session:
            for _ in range(count):
                if not self.is_wanted():
                    return
                message = self.next_message()
                session.send_message(message, self.options.sender, [message["To"]])
                self.sent += 1

    def connect(self) -> smtplib.SMTP:
        host, port = self.options.server.split(":")
        session = smtplib.SMTP(
            host, int(port), local_hostname=self.options.helo, timeout=30, source_address=(self.options.source, 0)
        )
        if self.options.password_file:
            # Traffic goes on while a certificate has expired: it is not what judges certificates.
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            session.starttls(context=context)
            with open(self.options.password_file, encoding="ascii") as file:
                session.login(self.options.sender, file.read().strip())
        return session

    def next_message(self) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.options.sender
        message["To"] = self.recipients[self.sent % len(self.recipients)]
        message["Subject"] = f"Traffic {self.sent + 1}"
        message["Date"] = email.utils.localtime()
        message["Message-ID"] = email.utils.make_msgid(domain=self.options.sender.partition("@")[2])
        message.set_content(BODY)
        return message

    def stream(self) -> None:
        """Open-loop: a slow or failing server does not shift the beat."""
        start = time.monotonic()
        end = start + self.options.minutes * 60
        beat = 0
        while self.is_wanted() and time.monotonic() < end:
            beat += 1
            time.sleep(max(0.0, start + beat / self.options.then_per_second - time.monotonic()))
            try:
                self.send(1)
            except (OSError, smtplib.SMTPException) as error:
                print(f"not sent: {error}", file=sys.stderr)


def main() -> int:
    options = arguments()
    sender = Sender(options)
    try:
        sender.send(options.count)
    except (OSError, smtplib.SMTPException) as error:
        print(f"testbed: sent {sender.sent} of {options.count}, then: {error}", file=sys.stderr)
        if not options.then_per_second:
            return 1
    if options.then_per_second:
        sender.stream()
    print(f"testbed: sent {sender.sent} through {options.server}")
    return 0


sys.exit(main())
