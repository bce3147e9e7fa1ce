# A node of calendars and contacts (Radicale): each user has a calendar and an address book. It says nothing in the clear.
# shellcheck shell=bash

configure_node() {
    local user store
    make_certificate
    install -d "$NODE_DIR/collections"
    while read -r user; do
        printf '%s:%s\n' "$user" "$(<"$SECRETS_DIR/$user")"
        store=$NODE_DIR/collections/collection-root/$user
        mkdir -p "$store"/{calendar,contacts}
        echo '{"tag": "VCALENDAR", "D:displayname": "Calendar"}' >"$store/calendar/.Radicale.props"
        echo '{"tag": "VADDRESSBOOK", "D:displayname": "Contacts"}' >"$store/contacts/.Radicale.props"
    done < <(user_names) >"$NODE_DIR/users"
    radicale_settings >"$NODE_DIR/radicale.conf"
}
# HUP, by which others read their certificates again, would end it.
launch_node() { launch radicale env --ignore-signal=HUP radicale --config "$NODE_DIR/radicale.conf"; }

radicale_settings() {
    cat <<CONF
[server]
hosts = $ADDRESS:443
ssl = True
certificate = $NODE_DIR/tls/certificate.pem
key = $NODE_DIR/tls/key.pem
[auth]
type = htpasswd
htpasswd_filename = $NODE_DIR/users
htpasswd_encryption = plain
[storage]
filesystem_folder = $NODE_DIR/collections
CONF
}
