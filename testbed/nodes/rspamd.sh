# A filter node (Rspamd): scans what is given to its port; its controller tells how it is. It asks nobody outside.
# shellcheck shell=bash

configure_node() {
    install -d "$NODE_DIR/log"
    cat >"$NODE_DIR/rspamd.conf" <<CONF
options {
  filters = "";
  cache_file = "$NODE_DIR/symbols.cache";
  history_file = "$NODE_DIR/history";
  pidfile = "$NODE_DIR/pid";
  control_socket = "$NODE_DIR/control mode=0600";
  disable_hyperscan = true;
  tempdir = "$NODE_DIR";
  url_tld = "/usr/share/rspamd/effective_tld_names.dat";
  dns { nameserver = ["$(address_of dns-1)"]; }
}
logging { type = "file"; filename = "$NODE_DIR/log/rspamd.log"; level = "notice"; }
actions { reject = 15; "add header" = 6; }
worker "normal" { bind_socket = "$ADDRESS:11333"; count = 1; }
worker "controller" { bind_socket = "$ADDRESS:11334"; count = 1; secure_ip = "127.0.0.0/8"; }
CONF
}
launch_node() { launch rspamd rspamd --no-fork --insecure --config "$NODE_DIR/rspamd.conf"; }
