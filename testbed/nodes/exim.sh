# A router (Exim): takes mail from the platform's own addresses and sends it on by MX.
# shellcheck shell=bash

# Only the daemon is root: it needs the port. What it starts works as the account that the program takes for its own.
readonly EXIM_OWNER=65534:65534

configure_node() {
    mkdir -p "$NODE_DIR"/{log,spool}
    chown "$EXIM_OWNER" "$NODE_DIR"/{log,spool}
    chmod 750 "$NODE_DIR/spool"
    cat >"$NODE_DIR/exim.conf" <<CONF
primary_hostname = $FQDN
exim_path = $exim_home/exim4
spool_directory = $NODE_DIR/spool
split_spool_directory
log_file_path = $NODE_DIR/log/%slog
pid_file_path = $NODE_DIR/exim.pid
local_interfaces = $ADDRESS
daemon_smtp_ports = 25
tls_advertise_hosts =
keep_environment =
never_users =
# Without it Exim panics because what it starts may not be root with a configuration of our own.
deliver_drop_privilege
log_selector = -queue_run
acl_smtp_rcpt = own

begin acl
own:
  accept hosts = $TESTBED_NETWORK.0.0/24
  deny message = relay not permitted

begin routers
by_mx:
  driver = dnslookup
  transport = smtp

begin transports
smtp:
  driver = smtp
  interface = $ADDRESS
  hosts_try_dane =

begin retry
* * F,1h,5s
CONF
}
launch_node() { launch exim "$exim_home/exim4" -C "$NODE_DIR/exim.conf" -bdf -q5s; }
