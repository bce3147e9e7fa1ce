#!/usr/bin/env python3
"""lose_message.py SOCKET FILE COMMAND...: the helper of the fault `lose-message`.

A Postfix socketmap table (socketmap_table(5)): for the first X-Postwatch-Probe header it answers DISCARD and runs COMMAND,
which lifts the fault; for everything else it answers "not found". When FILE is gone it stays until the cleanup processes
that still ask it are gone, so that none of their messages is put off.
"""
import os
import selectors
import socket
import subprocess
import sys
import time

LINGER_SECONDS = 10


def netstring(text: bytes) -> bytes:
    return b"%d:%s," % (len(text), text)


class Table:
    def __init__(self, lift_command: list[str]) -> None:
        self.lift_command = lift_command
        self.is_armed = True

    def answer(self, request: bytes) -> bytes:
        _, _, header = request.partition(b" ")
        if not self.is_armed or not header.lower().startswith(b"x-postwatch-probe:"):
            return b"NOTFOUND "
        self.is_armed = False
        subprocess.Popen(self.lift_command, start_new_session=True)
        return b"OK DISCARD lost by the testbed"


def serve(path: str, fault_file: str, table: Table) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o666)  # asked by Postfix' own account
    listener.listen()
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    buffers: dict[socket.socket, bytes] = {}
    lifted_at = None
    while True:
        if not os.path.exists(fault_file):
            lifted_at = lifted_at or time.monotonic()
            is_overdue = time.monotonic() - lifted_at > LINGER_SECONDS
            if not buffers or is_overdue or not os.path.exists(path):
                return
        for key, _ in selector.select(timeout=0.2):
            if key.fileobj is listener:
                connection, _ = listener.accept()
                buffers[connection] = b""
                selector.register(connection, selectors.EVENT_READ)
            else:
                read(key.fileobj, buffers, selector, table)


def read(connection, buffers, selector, table: Table) -> None:
    received = connection.recv(65536)
    if not received:
        selector.unregister(connection)
        del buffers[connection]
        connection.close()
        return
    buffer = buffers[connection] + received
    while b":" in buffer:
        length, _, rest = buffer.partition(b":")
        if len(rest) <= int(length):
            break
        connection.sendall(netstring(table.answer(rest[: int(length)])))
        buffer = rest[int(length) + 1 :]
    buffers[connection] = buffer


def main() -> None:
    path, fault_file, *lift_command = sys.argv[1:]
    if os.path.exists(path):
        os.unlink(path)
    try:
        serve(path, fault_file, Table(lift_command))
    finally:
        if os.path.exists(path):
            os.unlink(path)


main()
