"""A Dovecot with as many mailboxes as are wanted, on an address of its own."""
import os
import signal
import socket
import subprocess
import time

HOST, PORT, TLS_PORT = "127.94.77.1", 29143, 29993
USER, PASSWORD = "probe", "hunter2hunter2"
MESSAGE = "From: a@example.test\nTo: probe@example.test\nSubject: hello\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n\nA few words.\n"

CONFIGURATION = """
instance_name = postwatch-bench
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
listen = {host}
protocols = imap
{tls}
disable_plaintext_auth = no
auth_mechanisms = plain
auth_cache_size = 1M
mail_location = maildir:{directory}/mail/%n
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 10000
passdb {{
  driver = passwd-file
  args = {directory}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={directory}/mail/%n
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 2
  client_limit = 5000
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service imap {{
  service_count = 1000
  process_limit = 400
}}
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
"""


class Dovecot:
    """Runs while the context lasts."""

    def __init__(self, directory, users=(USER,), encrypts=False):
        """With `encrypts` it listens for implicit TLS as well, by a certificate of `certificate.pem` that signs itself."""
        self.directory = directory
        os.chmod(directory, 0o755)
        for user in users:
            mailbox = directory / "mail" / user
            for folder in ("cur", "new", "tmp"):
                (mailbox / folder).mkdir(parents=True)
            (mailbox / "cur" / "1767225600.M1P1.bench:2,S").write_text(MESSAGE)
        subprocess.run(["chmod", "-R", "a+rwX", str(directory / "mail")], check=True)
        (directory / "users").write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in users))
        tls = "ssl = no"
        if encrypts:
            certificate, key = directory / "certificate.pem", directory / "key.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bench.test", "-addext",
                            f"subjectAltName=IP:{HOST}", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
            tls = f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{key}"
        (directory / "dovecot.conf").write_text(CONFIGURATION.format(
            directory=directory, host=HOST, port=PORT, tls=tls, tls_port=TLS_PORT if encrypts else 0))

    def __enter__(self):
        log = open(self.directory / "output", "w")
        self.process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(self.directory / "dovecot.conf")], stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection((HOST, PORT), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        raise RuntimeError(f"dovecot does not listen: {(self.directory / 'dovecot.log').read_text()[-2000:]}")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
