# An MX: accepts mail for the users of the platform and hands it to the mailstore of each by LMTP; that for USER+routed@ to the router, where
# there is one.
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
    local user store router
    rows "$USER_TABLE" | while read -r user store; do
        printf '%s lmtp:inet:[%s.example.test]:24\n' "$user" "$store"
        for router in $(nodes_of_kind exim); do printf '%s+routed@%s smtp:[%s.example.test]\n' "${user%@*}" "${user#*@}" "$router"; done
    done >"$NODE_DIR/postfix/mailstores"
    backdate "$NODE_DIR/postfix/users" "$NODE_DIR/postfix/mailstores"
}
launch_node() { launch_postfix; }
