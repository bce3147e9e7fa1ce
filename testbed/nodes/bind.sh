# A resolver (BIND): asks dns-1 for everything, and keeps what it was told. It takes questions only at addresses that an interface is
# configured with: so its port for them is one of 127.0.0.1, by network, and only its statistics are at its own address.
# shellcheck shell=bash

# Debian makes this account with the package.
readonly RESOLVER_OWNER=bind

configure_node() {
    install -d -o "$RESOLVER_OWNER" "$NODE_DIR/log" "$NODE_DIR/cache"
    cat >"$NODE_DIR/named.conf" <<CONF
options {
  directory "$NODE_DIR/cache";
  managed-keys-directory "$NODE_DIR/cache";
  pid-file none;
  session-keyfile none;
  listen-on port $(question_port) { 127.0.0.1; };
  listen-on-v6 { none; };
  forwarders { $(address_of dns-1); };
  forward only;
  allow-query { 127.0.0.0/8; };
  empty-zones-enable no;
  dnssec-validation no;
};
controls { };
statistics-channels { inet $ADDRESS port 8053 allow { 127.0.0.0/8; }; };
logging {
  channel log { file "$NODE_DIR/log/named.log"; print-time yes; print-severity yes; };
  category default { log; };
};
CONF
}
launch_node() { launch bind named -f -n 1 -u "$RESOLVER_OWNER" -c "$NODE_DIR/named.conf"; }

# 127.80 has 15080.
question_port() { printf '%d\n' $((15000 + ${TESTBED_NETWORK#*.})); }
