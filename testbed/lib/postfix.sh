# What all Postfix nodes have in common: an instance with directories, queue, log and address of its own.
# shellcheck shell=bash

readonly POSTFIX_MASTER=/usr/lib/postfix/sbin/master
# Debian has this account everywhere, and nothing runs as it: it owns delivered mail.
readonly MAIL_OWNER=mail

# make_postfix SERVICE_PORT < EXTRA: writes the instance of the current node; standard input is its own part of main.cf.
make_postfix() {
    local config=$NODE_DIR/postfix
    mkdir -p "$config" "$NODE_DIR/log"
    make_postfix_queue
    { postfix_settings && cat; } >"$config/main.cf"
    postfix_services "$1" >"$config/master.cf"
    backdate "$config/main.cf"
}
# Postfix waits until a file of settings is two seconds old before it trusts that nobody is still writing it.
backdate() { touch -d '1 minute ago' "$@"; }

# The directories `postfix check` would make, in a fraction of its time.
make_postfix_queue() {
    local spool=$NODE_DIR/spool private
    mkdir -p "$spool"/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,maildrop,pid,private,public,saved,trace}
    for private in active bounce corrupt defer deferred flush hold incoming private saved trace; do
        chown postfix: "$spool/$private"
        chmod 700 "$spool/$private"
    done
    chown postfix:postdrop "$spool/maildrop" "$spool/public"
    chmod 1730 "$spool/maildrop"
    chmod 2710 "$spool/public"
    install -d -o postfix -m 700 "$NODE_DIR/data"
}

postfix_settings() {
    cat <<CF
compatibility_level = 3.6
myhostname = $FQDN
mydomain = ${FQDN#*.}
queue_directory = $NODE_DIR/spool
data_directory = $NODE_DIR/data
maillog_file = $NODE_DIR/log/mail.log
maillog_file_prefixes = $TESTBED_HOME
# Postfix accepts here only what an interface is configured with, and all of 127.0.0.0/8 is one: master.cf names the
# address to listen on, proxy_interfaces says that it is this instance's own.
inet_interfaces = 127.0.0.1
proxy_interfaces = $ADDRESS
inet_protocols = ipv4
smtp_bind_address = $ADDRESS
lmtp_bind_address = $ADDRESS
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
recipient_delimiter = +
smtputf8_enable = no
# Debian's, and what the fault wrong-clock needs.
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ XAUTHORITY DISPLAY LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME
    LD_PRELOAD FAKETIME FAKETIME_DONT_FAKE_MONOTONIC NO_FAKE_STAT
biff = no
readme_directory = no

smtpd_tls_security_level = may
smtpd_tls_cert_file = $NODE_DIR/tls/certificate.pem
smtpd_tls_key_file = $NODE_DIR/tls/key.pem
smtp_tls_security_level = may
smtp_tls_CAfile = $CA_DIR/ca.pem

# A fault is lifted and its mail delivered within seconds.
queue_run_delay = 5s
minimal_backoff_time = 5s
maximal_backoff_time = 10s
transport_retry_time = 5s
smtp_connect_timeout = 5s
smtp_helo_timeout = 20s
lmtp_connect_timeout = 5s
lmtp_lhlo_timeout = 20s
CF
}

# The same services as Debian's master.cf, none in a chroot, and one network listener.
postfix_services() {
    cat <<CF
$ADDRESS:$1 inet n - n - - smtpd
pickup     unix  n - n 60 1 pickup
cleanup    unix  n - n - 0 cleanup
qmgr       unix  n - n 300 1 qmgr
tlsmgr     unix  - - n 1000? 1 tlsmgr
rewrite    unix  - - n - - trivial-rewrite
bounce     unix  - - n - 0 bounce
defer      unix  - - n - 0 bounce
trace      unix  - - n - 0 bounce
verify     unix  - - n - 1 verify
flush      unix  n - n 1000? 0 flush
proxymap   unix  - - n - - proxymap
proxywrite unix  - - n - 1 proxymap
smtp       unix  - - n - - smtp
relay      unix  - - n - - smtp
showq      unix  n - n - - showq
error      unix  - - n - - error
retry      unix  - - n - - error
discard    unix  - - n - - discard
virtual    unix  - n n - - virtual
lmtp       unix  - - n - - lmtp
anvil      unix  - - n - 1 anvil
scache     unix  - - n - 1 scache
postlog    unix-dgram n - n - 1 postlogd
CF
}

launch_postfix() { launch postfix "$POSTFIX_MASTER" -c "$NODE_DIR/postfix" -d; }

# set_postfix NAME=VALUE...: changes main.cf of the current node; returns when the running instance works by it.
set_postfix() {
    local -a before
    postconf -c "$NODE_DIR/postfix" -e "$@"
    backdate "$NODE_DIR/postfix/main.cf"
    mapfile -t before < <(postfix_children)
    reload_node "$NODE"
    # Each process that is idle ends, and its successor reads main.cf. One that serves a client does so a little later.
    wait_until 3 have_ended "${before[@]}" || true
}
postfix_children() { pgrep -P "$(<"$NODE_DIR/pids/postfix")" || true; }
have_ended() {
    local pid
    for pid in "$@"; do [[ ! -e "/proc/$pid" ]] || return 1; done
}
flush_postfix() { postqueue -c "$NODE_DIR/postfix" -f; }
