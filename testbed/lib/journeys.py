#!/usr/bin/env python3
"""Small client journeys for testbed/test. Prints what the server said; exits 0 when it did as the caller wants, 1 if not.

login ADDRESS PORT CA USER PASSWORD_FILE           signs in by IMAPS
wait  ADDRESS PORT CA USER PASSWORD_FILE SUBJECT SECONDS   waits until a message with that subject is in INBOX
send  ADDRESS PORT SOURCE SENDER RECIPIENT SUBJECT [HEADER:VALUE]  sends one message
submit-login ADDRESS PORT CA USER PASSWORD_FILE    signs in by SMTP with STARTTLS
certificate ADDRESS PORT CA PROTOCOL               checks the certificate; PROTOCOL is imaps or smtp
resolve ADDRESS NAME TYPE [PORT]                   asks a DNS server; prints the code and the number of answers
scan ADDRESS PORT TEXT                             lets clamd look for viruses in the text
greeting ADDRESS PORT                              prints the first line and how many milliseconds it took
"""
import imaplib
import os
import smtplib
import socket
import ssl
import struct
import sys
import time

TIMEOUT = 15
DNS_TYPES = {"A": 1, "PTR": 12, "MX": 15, "TXT": 16}


def trusting(ca: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca)


def password(file: str) -> str:
    with open(file, encoding="ascii") as text:
        return text.read().strip()


def imap(address: str, port: str, ca: str, user: str, password_file: str) -> imaplib.IMAP4_SSL:
    session = imaplib.IMAP4_SSL(address, int(port), ssl_context=trusting(ca), timeout=TIMEOUT)
    session.login(user, password(password_file))
    return session


def login(*account: str) -> None:
    session = imap(*account)
    print("signed in")
    session.logout()


def wait(*arguments: str) -> None:
    *account, subject, seconds = arguments
    deadline = time.monotonic() + float(seconds)
    session = imap(*account)
    session.select("INBOX")
    while True:
        session.noop()
        found = session.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
        if found or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    session.logout()
    print(f"{len(found)} found")
    if len(found) != 1:
        sys.exit(1)


def send(address: str, port: str, source: str, sender: str, recipient: str, subject: str, *headers: str) -> None:
    message = "\r\n".join([f"From: {sender}", f"To: {recipient}", f"Subject: {subject}", *headers, "", "Hello.", ""])
    with smtplib.SMTP(address, int(port), "mail.remote.test", timeout=TIMEOUT, source_address=(source, 0)) as session:
        session.sendmail(sender, [recipient], message)
    print("accepted")


def submit_login(address: str, port: str, ca: str, user: str, password_file: str) -> None:
    with smtplib.SMTP(address, int(port), timeout=TIMEOUT) as session:
        session.starttls(context=trusting(ca))
        session.login(user, password(password_file))
    print("signed in")


def certificate(address: str, port: str, ca: str, protocol: str) -> None:
    if protocol == "imaps":
        imaplib.IMAP4_SSL(address, int(port), ssl_context=trusting(ca), timeout=TIMEOUT).logout()
    else:
        with smtplib.SMTP(address, int(port), timeout=TIMEOUT) as session:
            session.starttls(context=trusting(ca))
    print("valid")


def resolve(address: str, name: str, kind: str, port: str = "53") -> None:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = struct.pack(">HHHHHH", os.getpid() & 0xFFFF, 0x100, 1, 0, 0, 0) + labels + b"\0"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(question + struct.pack(">HH", DNS_TYPES[kind], 1), (address, int(port)))
        flags, _, answers = struct.unpack(">HHH", client.recv(4096)[2:8])
    codes = {0: "NOERROR", 2: "SERVFAIL", 3: "NXDOMAIN"}
    print(codes.get(flags & 15, str(flags & 15)), answers)


def scan(address: str, port: str, text: str) -> None:
    with socket.create_connection((address, int(port)), timeout=TIMEOUT) as client:
        client.sendall(b"nINSTREAM\n" + struct.pack(">I", len(text)) + text.encode() + struct.pack(">I", 0))
        print(client.makefile().readline().strip())


def greeting(address: str, port: str) -> None:
    start = time.monotonic()
    with socket.create_connection((address, int(port)), timeout=TIMEOUT) as client:
        line = client.makefile("rb").readline().decode().strip()
        client.sendall(b"QUIT\r\n")
        print(f"{line} after {(time.monotonic() - start) * 1000:.0f} ms")


COMMANDS = [login, wait, send, submit_login, certificate, resolve, scan, greeting]

try:
    {command.__name__.replace("_", "-"): command for command in COMMANDS}[sys.argv[1]](*sys.argv[2:])
except (OSError, smtplib.SMTPException, imaplib.IMAP4.error) as error:
    print(f"{type(error).__name__}: {error}")
    sys.exit(1)
