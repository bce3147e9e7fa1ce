# A scanner (clamd), which knows one signature of its own: nothing is fetched, and it starts at once.
# shellcheck shell=bash

# Debian makes this account with the package.
readonly SCANNER_OWNER=clamav

configure_node() {
    install -d -o "$SCANNER_OWNER" "$NODE_DIR"/{log,run,signatures}
    printf 'Testbed.Signature:0:*:%s\n' "$(hexadecimal 'the virus of the testbed')" >"$NODE_DIR/signatures/own.ndb"
    cat >"$NODE_DIR/clamd.conf" <<CONF
User $SCANNER_OWNER
Foreground yes
LocalSocket $NODE_DIR/run/clamd.ctl
TCPSocket 3310
TCPAddr $ADDRESS
DatabaseDirectory $NODE_DIR/signatures
LogFile $NODE_DIR/log/clamav.log
TemporaryDirectory $NODE_DIR/run
MaxThreads 4
CONF
}
launch_node() { launch clamd clamd -c "$NODE_DIR/clamd.conf"; }

hexadecimal() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }
