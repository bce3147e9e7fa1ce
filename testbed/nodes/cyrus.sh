# An archive (Cyrus IMAP): its figures are on a page, as docs/cyrus.md recommends. It has no mail, and any password is right.
# shellcheck shell=bash

configure_node() {
    local programs=$cyrus_root/usr/lib/cyrus/bin settings=$NODE_DIR/imapd.conf
    install -d -o "$MAIL_OWNER" "$NODE_DIR/state" "$NODE_DIR/mail"
    cat >"$settings" <<CONF
servername: $FQDN
configdirectory: $NODE_DIR/state
defaultpartition: default
partition-default: $NODE_DIR/mail
cyrus_user: $MAIL_OWNER
admins: admin
sasl_pwcheck_method: alwaystrue
sasl_mech_list: PLAIN
allowplaintext: yes
prometheus_enabled: yes
prometheus_need_auth: none
prometheus_update_freq: 1s
httpmodules: prometheus
CONF
    cat >"$NODE_DIR/cyrus.conf" <<CONF
START {
}
SERVICES {
  imap cmd="$programs/imapd -C $settings" listen="$ADDRESS:143" prefork=0
  metrics cmd="$programs/httpd -C $settings" listen="$ADDRESS:8008" prefork=0
}
EVENTS {
}
DAEMON {
  promstatsd cmd="$programs/promstatsd -C $settings -d"
}
CONF
}
launch_node() {
    # Where the libraries are depends on the machine's architecture.
    launch cyrus env LD_LIBRARY_PATH="$(printf '%s:' "$cyrus_root"/usr/lib/*)" "$cyrus_root/usr/lib/cyrus/bin/master" \
        -C "$NODE_DIR/imapd.conf" -M "$NODE_DIR/cyrus.conf" -p "$NODE_DIR/pid"
}
