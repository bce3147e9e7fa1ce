# A DNS node (Unbound): answers for the zones of the testbed, and NXDOMAIN for everything else.
# shellcheck shell=bash

configure_node() {
    mkdir -p "$NODE_DIR/unbound"
    install -d -o unbound "$NODE_DIR/log"
    repair_node
}
launch_node() { launch unbound unbound -d -c "$NODE_DIR/unbound/unbound.conf"; }

# repair_node: answers with the zones. break_node: answers every question with SERVFAIL, because its only source of
# answers is a forwarder it may not ask.
repair_node() { { unbound_settings && zones; } >"$NODE_DIR/unbound/unbound.conf"; }
break_node() { { unbound_settings && no_zones; } >"$NODE_DIR/unbound/unbound.conf"; }

unbound_settings() {
    cat <<CONF
server:
  interface: $ADDRESS
  port: 53
  access-control: 127.0.0.0/8 allow
  do-ip6: no
  num-threads: 1
  module-config: iterator
  chroot: ""
  pidfile: ""
  directory: $NODE_DIR/unbound
  use-syslog: no
  logfile: $NODE_DIR/log/unbound.log
  log-queries: no
  extended-statistics: yes
remote-control:
  control-enable: yes
  control-interface: $NODE_DIR/unbound.ctl
server:
CONF
}

zones() {
    cat <<CONF
  local-zone: "." static
  local-zone: "example.test." static
  local-zone: "remote.test." static
  local-zone: "vantage.test." static
  local-zone: "$(reverse_zone)" static
  local-data: "example.test. 60 IN SOA dns-1.example.test. hostmaster.example.test. 1 3600 600 86400 5"
  local-data: "example.test. 60 IN NS dns-1.example.test."
  local-data: "example.test. 60 IN TXT 'v=spf1 ip4:$TESTBED_NETWORK.0.0/24 -all'"
  local-data: "imap.example.test. 60 IN A $(address_of imap-proxy-1)"
  local-data: "smtp.example.test. 60 IN A $(address_of submission-1)"
  local-data: "remote.test. 60 IN SOA dns-1.example.test. hostmaster.example.test. 1 3600 600 86400 5"
  local-data: "remote.test. 60 IN NS dns-1.example.test."
  local-data: "remote.test. 60 IN MX 10 mail.remote.test."
  local-data: "remote.test. 60 IN TXT 'v=spf1 ip4:$TESTBED_NETWORK.1.0/24 -all'"
  local-data: "vantage.test. 60 IN MX 10 receiver.vantage.test."
  local-data: "receiver.vantage.test. 60 IN A $TESTBED_NETWORK.2.10"
CONF
    local node
    for node in $(node_names); do (use_node "$node" && address_records); done
    for node in $(nodes_of_kind postfix-mx); do
        (use_node "$node" && printf '  local-data: "example.test. 60 IN MX 10 %s."\n' "$FQDN")
    done
}
address_records() {
    printf '  local-data: "%s. 60 IN A %s"\n' "$FQDN" "$ADDRESS"
    printf '  local-data-ptr: "%s 60 %s"\n' "$ADDRESS" "$FQDN"
}
reverse_zone() { printf '%s.%s.in-addr.arpa.\n' "${TESTBED_NETWORK#*.}" "${TESTBED_NETWORK%.*}"; }

no_zones() {
    # "test." and the loopback zone are built into Unbound: without nodefault it would answer NXDOMAIN for them.
    cat <<CONF
  local-zone: "test." nodefault
  local-zone: "127.in-addr.arpa." nodefault
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@1
CONF
}
