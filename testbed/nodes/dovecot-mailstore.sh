# A mailstore: takes mail by LMTP, files it by Sieve, serves it by IMAP and POP3, keeps it on a small file system of its own.
# shellcheck shell=bash

configure_node() {
    make_certificate
    make_mail_filesystem
    chown "$MAIL_OWNER": "$NODE_DIR/mail"
    make_dovecot <<CONF
protocols = imap pop3 lmtp sieve
login_trusted_networks = $(address_of imap-proxy-1)
mail_location = maildir:~/Maildir
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = passwd-file
  args = $NODE_DIR/dovecot/users
}
userdb {
  driver = passwd-file
  args = $NODE_DIR/dovecot/users
}
namespace inbox {
  inbox = yes
$(for folder in Drafts Sent Junk Trash; do mailbox "$folder"; done)
}
service lmtp {
  process_min_avail = 1
  inet_listener lmtp {
    address = $ADDRESS
    port = 24
  }
}
protocol lmtp {
  mail_plugins = sieve
}
plugin {
  sieve = file:~/sieve;active=~/active.sieve
  # The fault stall-lmtp puts a script there, which waits.
  sieve_before = file:$NODE_DIR/dovecot/before.sieve
  sieve_plugins = sieve_extprograms
  sieve_global_extensions = +vnd.dovecot.execute
  sieve_execute_bin_dir = $NODE_DIR/programs
  sieve_execute_exec_timeout = 90s
}
service managesieve-login {
  chroot =
  inet_listener sieve {
    port = 4190
  }
}
$(imap_listeners)
$(pop3_listeners)
CONF
    mkdir -p "$NODE_DIR/programs"
    users_of_mailstore "$NODE" | mailbox_entries | write_for_dovecot "$NODE_DIR/dovecot/users"
    users_of_mailstore "$NODE" | welcome_users
}
launch_node() { launch_dovecot; }

# stall_deliveries FILE: every delivery waits, behind the last byte of its message, until FILE is gone, 90 s at most.
stall_deliveries() {
    local script=$NODE_DIR/dovecot/before.sieve
    printf '#!/bin/sh\nwhile [ -e %s ]; do sleep 0.1; done\n' "$1" | install -m 755 /dev/stdin "$NODE_DIR/programs/wait"
    printf 'require "vnd.dovecot.execute";\nexecute "wait";\n' >"$script"
    # Made here, since who delivers may not write there.
    sievec -c "$NODE_DIR/dovecot/dovecot.conf" -x +vnd.dovecot.execute "$script"
    chmod 644 "${script%.sieve}.svbin"
}
let_deliveries_go() { rm -f "$NODE_DIR"/dovecot/before.{sieve,svbin}; }

mailbox() {
    printf '  mailbox %s {\n    auto = subscribe\n    special_use = \\%s\n  }\n' "$1" "$1"
}

# mailbox_entries: the users on standard input as a passwd-file with password, owner and home.
mailbox_entries() {
    local user entry owner
    owner=$(id -u "$MAIL_OWNER"):$(id -g "$MAIL_OWNER")
    password_entries | while IFS= read -r entry; do
        user=${entry%%:*}
        printf '%s:%s::%s::\n' "$entry" "$owner" "$NODE_DIR/mail/${user%@*}"
    done
}

# welcome_users: puts a first message into the mailbox of each user on standard input, so that there is something to read.
welcome_users() {
    local user maildir
    while read -r user; do
        maildir=$NODE_DIR/mail/${user%@*}/Maildir
        mkdir -p "$maildir"/{cur,new,tmp}
        cat >"$maildir/cur/1.welcome.$FQDN:2,S" <<MESSAGE
From: Postmaster <postmaster@example.test>
To: <$user>
Subject: Welcome
Date: Thu, 01 Jan 2026 00:00:00 +0000
Message-ID: <welcome.$user>

This mailbox is on $NODE.
MESSAGE
    done
    chown -R "$MAIL_OWNER": "$NODE_DIR/mail"
}
