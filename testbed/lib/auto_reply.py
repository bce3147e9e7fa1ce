#!/usr/bin/env python3
"""Answers one message as an absent person's server does (RFC 3834). The message comes on standard input.

usage: auto_reply.py SERVER SENDER RECIPIENT
"""
import email
import email.policy
import email.utils
import smtplib
import sys
from email.message import EmailMessage

TIMEOUT = 15


def answer(message: email.message.Message, sender: str, recipient: str) -> EmailMessage:
    reply = EmailMessage()
    reply["From"] = recipient
    reply["To"] = sender
    reply["Date"] = email.utils.formatdate()
    reply["Message-ID"] = email.utils.make_msgid(domain=recipient.split("@")[-1])
    reply["Subject"] = f"Auto: {message['Subject'] or ''}"
    reply["Auto-Submitted"] = "auto-replied"
    if message["Message-ID"]:
        reply["In-Reply-To"] = message["Message-ID"]
        reply["References"] = message["Message-ID"]
    reply.set_content("I am away.\n")
    return reply


def main() -> None:
    server, sender, recipient = sys.argv[1:]
    message = email.message_from_binary_file(sys.stdin.buffer)
    # What nobody wrote is not answered; neither is what has no sender.
    if not sender or message.get("Auto-Submitted", "no") != "no":
        return
    # From the address of the server, by which it knows its own.
    with smtplib.SMTP(server, 25, "mail.remote.test", timeout=TIMEOUT, source_address=(server, 0)) as session:
        session.sendmail("", [sender], answer(message, sender, recipient).as_bytes(policy=email.policy.SMTP))


main()
