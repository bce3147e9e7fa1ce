# An MX: accepts mail for the users of the platform and hands it to the mailstore of each by LMTP.
# shellcheck shell=bash

configure_node() {
    make_certificate
    make_postfix 25 <<CF

mynetworks = $ADDRESS/32
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
virtual_mailbox_domains = example.test
virtual_mailbox_maps = texthash:$NODE_DIR/postfix/users
transport_maps = texthash:$NODE_DIR/postfix/mailstores
CF
    user_names | sed 's/$/ known/' >"$NODE_DIR/postfix/users"
    rows "$USER_TABLE" | while read -r user store; do
        printf '%s lmtp:inet:[%s.example.test]:24\n' "$user" "$store"
    done >"$NODE_DIR/postfix/mailstores"
    backdate "$NODE_DIR/postfix/users" "$NODE_DIR/postfix/mailstores"
}
launch_node() { launch_postfix; }
