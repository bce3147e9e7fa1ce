# A name server (Knot DNS) with a zone of its own, partner.test, which nobody is sent to.
# shellcheck shell=bash

# Debian makes this account with the package.
readonly ZONE_OWNER=knot

configure_node() {
    install -d -o "$ZONE_OWNER" "$NODE_DIR"/{log,run,zones}
    cat >"$NODE_DIR/knot.conf" <<CONF
server:
    user: $ZONE_OWNER:$ZONE_OWNER
    rundir: "$NODE_DIR/run"
    listen: $ADDRESS@53
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: "$NODE_DIR/log/knot.log"
    any: info
control:
    listen: "$NODE_DIR/run/knot.sock"
database:
    storage: "$NODE_DIR/zones"
    journal-db-max-size: 10M
    kasp-db-max-size: 10M
    timer-db-max-size: 10M
mod-stats:
  - id: all
    query-type: on
template:
  - id: default
    storage: "$NODE_DIR/zones"
    global-module: mod-stats/all
zone:
  - domain: partner.test
CONF
    cat >"$NODE_DIR/zones/partner.test.zone" <<ZONE
\$TTL 60
@ IN SOA $FQDN. hostmaster.example.test. 1 3600 600 86400 5
@ IN NS $FQDN.
@ IN MX 10 $(use_node outside && printf '%s' "$FQDN").
ZONE
    chown "$ZONE_OWNER": "$NODE_DIR/zones/partner.test.zone"
}
launch_node() { launch knot knotd -c "$NODE_DIR/knot.conf"; }
