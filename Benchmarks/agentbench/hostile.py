"""What an agent should outlive: log lines and pages that nobody's software writes."""
import os
import random
import socketserver
import threading


def write_log(path, seed=1):
    """Noise, lines that almost are Postfix', and in the middle a line of 10 GB, which takes no room on disk."""
    rng = random.Random(seed)
    head = b"Nov 28 10:00:00 mx1 postfix/"
    with open(path, "wb") as file:
        for _ in range(2000):
            file.write(rng.randbytes(rng.randrange(2000)) + b"\n")
            file.write(head + b"smtp[1]: " + rng.randbytes(12).hex().encode() + b": to=<" + b"a" * rng.randrange(70_000) + b"\n")
            file.write(head + b"smtpd[1]: NOQUEUE: reject: " + b"[" * rng.randrange(3000) + b"\n")
        file.write(head + b"cleanup[1]: ")
        file.flush()
        os.truncate(path, file.tell() + 10 * 2**30)
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + head + b"smtpd[1]: connect from a[192.0.2.1]\n")


class Pages:
    """Pages that never end, have a million series, one enormous line, or come drop by drop."""

    names = ["endless", "million", "line", "noise", "nested"]

    def __init__(self):
        def pieces(name):
            rng = random.Random(2)
            number = 0
            while True:
                number += 1
                if name == "endless":
                    yield b"# HELP x " + b"y" * 60_000 + b"\n"
                elif name == "million" and number <= 1000:
                    yield b"".join(b'dovecot_a{n="%d"} 1\n' % (1000 * number + n) for n in range(1000))
                elif name == "line":
                    yield b"x" * 65_536
                elif name == "noise" and number <= 50:
                    yield rng.randbytes(65_536)
                elif name == "nested" and number <= 50:
                    yield b'dovecot_a{' + b'a="' + b"{" * 60_000 + b'"} 1\n'
                else:
                    return

        class Answer(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    name = self.rfile.readline().split()[1].decode().strip("/")
                    while self.rfile.readline().strip():
                        pass
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n\r\n")
                    for piece in pieces(name):
                        self.wfile.write(piece)
                except (OSError, IndexError):
                    pass

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        server = Server(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.address = f"127.0.0.1:{server.server_address[1]}"
        self.urls = [(name, f"http://{self.address}/{name}") for name in self.names]
