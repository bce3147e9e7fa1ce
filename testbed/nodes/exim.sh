# A router (Exim): takes mail from the platform's own addresses, hands that of users to the mailstore of each by LMTP, and sends the rest on
# by MX. What it is to hold back waits while there is a file `held`: its processes do not read their configuration again.
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
log_selector = +deliver_time +queue_time -queue_run
acl_smtp_rcpt = own

begin acl
own:
  accept hosts = $TESTBED_NETWORK.0.0/24
  deny message = relay not permitted

begin routers
held:
  driver = redirect
  condition = \${if exists{$NODE_DIR/held}}
  allow_defer
  data = :defer: held by the testbed
mailstore:
  driver = manualroute
  domains = example.test
  local_part_suffix = +*
  local_part_suffix_optional
  route_data = \${lookup{\$local_part@\$domain}lsearch{$NODE_DIR/mailstores}}
  transport = lmtp
by_mx:
  driver = dnslookup
  transport = smtp

begin transports
smtp:
  driver = smtp
  interface = $ADDRESS
  hosts_try_dane =
lmtp:
  driver = smtp
  protocol = lmtp
  port = 24
  interface = $ADDRESS
  hosts_try_dane =
  rcpt_include_affixes

begin retry
* * F,1h,5s
CONF
    rows "$USER_TABLE" | sed -E 's/ +(.*)/: \1.example.test/' >"$NODE_DIR/mailstores"
}
launch_node() { launch exim "$exim_home/exim4" -C "$NODE_DIR/exim.conf" -bdf -q5s; }

hold_mail() { : >"$NODE_DIR/held"; }
release_mail() { rm -f "$NODE_DIR/held"; }
