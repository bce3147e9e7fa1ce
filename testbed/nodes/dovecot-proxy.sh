# An IMAP proxy: takes every user's connection to the mailstore of that user, which checks the password.
# shellcheck shell=bash

configure_node() {
    make_certificate
    make_dovecot <<CONF
protocols = imap
login_source_ips = $ADDRESS
passdb {
  driver = passwd-file
  args = $NODE_DIR/dovecot/routes
}
$(imap_listeners)
CONF
    rows "$USER_TABLE" | while read -r user store; do
        printf '%s:::::::proxy=y nopassword=y host=%s port=143\n' "$user" "$(address_of "$store")"
    done | write_for_dovecot "$NODE_DIR/dovecot/routes"
}
launch_node() { launch_dovecot; }
