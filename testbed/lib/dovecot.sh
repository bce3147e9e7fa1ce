# What all Dovecot instances have in common.
# shellcheck shell=bash

# make_dovecot < EXTRA: writes the instance of the current node; standard input is its own part of the configuration.
make_dovecot() {
    mkdir -p "$NODE_DIR"/{dovecot,log,run,state}
    { dovecot_settings && cat; } >"$NODE_DIR/dovecot/dovecot.conf"
    # An account in this file is refused before its password is looked at; the fault reject-logins writes it.
    write_for_dovecot "$NODE_DIR/dovecot/denied" </dev/null
}

dovecot_settings() {
    cat <<CONF
instance_name = $NODE
base_dir = $NODE_DIR/run
state_dir = $NODE_DIR/state
hostname = $FQDN
log_path = $NODE_DIR/log/dovecot.log
listen = $ADDRESS
shutdown_clients = yes
import_environment = TZ CORE_OUTOFMEM CORE_ERROR LISTEN_PID LISTEN_FDS LD_PRELOAD FAKETIME FAKETIME_DONT_FAKE_MONOTONIC NO_FAKE_STAT

ssl = yes
ssl_cert = <$NODE_DIR/tls/certificate.pem
ssl_key = <$NODE_DIR/tls/key.pem

auth_mechanisms = plain login
auth_failure_delay = 1 secs
# Journeys with a beat of seconds that wait for mail that is held up are in a mailbox many times at once.
mail_max_userip_connections = 100
passdb {
  driver = passwd-file
  args = $NODE_DIR/dovecot/denied
  deny = yes
}
# No process in a chroot: it would not show the resolver file by which processes.sh finds it.
# Without the penalty, an address that failed a minute ago is answered at once when the fault is lifted.
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
# What docs/dovecot.md recommends, at http://$ADDRESS:9900/metrics.
service stats {
  inet_listener http {
    port = 9900
  }
}
!include $TESTBED/../docs/dovecot-metrics.conf
CONF
}

# imap_listeners: the IMAP and IMAPS ports, for the nodes that have them.
imap_listeners() {
    cat <<CONF
service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {
    port = 143
  }
  inet_listener imaps {
    port = 993
    ssl = yes
  }
}
CONF
}

# pop3_listeners: the same for POP3 and POP3S.
pop3_listeners() {
    cat <<CONF
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = 110
  }
  inet_listener pop3s {
    port = 995
    ssl = yes
  }
}
CONF
}

# write_for_dovecot FILE: standard input to a file that only root and Dovecot's own account can read.
write_for_dovecot() {
    install -o root -g dovecot -m 640 /dev/stdin "$1"
}

# password_entries: the users on standard input as a passwd-file with their passwords and nothing else.
password_entries() {
    local user
    while read -r user; do printf '%s:{PLAIN}%s\n' "$user" "$(<"$SECRETS_DIR/$user")"; done
}

# Both return when they are in force: Dovecot looks at the file at most once a second.
deny_all_users() {
    user_names | sed 's/$/:x/' | write_for_dovecot "$NODE_DIR/dovecot/denied"
    sleep 1
}
deny_nobody() {
    write_for_dovecot "$NODE_DIR/dovecot/denied" </dev/null
    sleep 1
}

launch_dovecot() { launch dovecot dovecot -F -c "$NODE_DIR/dovecot/dovecot.conf"; }
