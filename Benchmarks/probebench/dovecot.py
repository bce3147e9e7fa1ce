"""A Dovecot with one mailbox, on an address of its own."""
import os
import signal
import socket
import subprocess
import time

HOST, PORT = "127.94.77.1", 29143
USER, PASSWORD = "probe", "hunter2hunter2"
MESSAGE = "From: a@example.test\nTo: probe@example.test\nSubject: hello\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n\nA few words.\n"

CONFIGURATION = """
instance_name = postwatch-bench
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
listen = {host}
protocols = imap
ssl = no
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
    port = 0
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

    def __init__(self, directory):
        self.directory = directory
        os.chmod(directory, 0o755)
        mailbox = directory / "mail" / USER
        for folder in ("cur", "new", "tmp"):
            (mailbox / folder).mkdir(parents=True)
        (mailbox / "cur" / "1767225600.M1P1.bench:2,S").write_text(MESSAGE)
        subprocess.run(["chmod", "-R", "a+rwX", str(directory / "mail")], check=True)
        (directory / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (directory / "dovecot.conf").write_text(CONFIGURATION.format(directory=directory, host=HOST, port=PORT))

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
