# The platform: which network, where on disk, which nodes and which users exist. Sourced by every command.
# shellcheck shell=bash

TESTBED=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TESTBED_NETWORK=${TESTBED_NETWORK:-127.80}
TESTBED_HOME=${TESTBED_HOME:-${TMPDIR:-/tmp}/postwatch-testbed-$TESTBED_NETWORK}
CA_DIR=$TESTBED_HOME/ca
SECRETS_DIR=$TESTBED_HOME/secrets
FAULTS_DIR=$TESTBED_HOME/faults
# `down` deletes nothing that does not carry this file.
MARKER=$TESTBED_HOME/.postwatch-testbed
# A platform that has nodes of MORE_NODE_TABLE too carries this one, with their names.
MORE_MARKER=$TESTBED_HOME/.more
readonly TESTBED CA_DIR SECRETS_DIR FAULTS_DIR MARKER MORE_MARKER

# A new node is a new line here; `kind` names the file in nodes/ that configures and launches it.
# name         kind                role        host  ports       host name
readonly NODE_TABLE="
dns-1          dns                 dns         0.53  53          dns-1.example.test
mx-1           postfix-mx          mx          0.11  25          mx-1.example.test
mx-2           postfix-mx          mx          0.12  25          mx-2.example.test
outbound-1     postfix-outbound    outbound    0.21  25          outbound-1.example.test
submission-1   postfix-submission  submission  0.31  587         submission-1.example.test
mailstore-1    dovecot-mailstore   mailstore   0.41  24,110,143,993,995,4190  mailstore-1.example.test
mailstore-2    dovecot-mailstore   mailstore   0.42  24,110,143,993,995,4190  mailstore-2.example.test
imap-proxy-1   dovecot-proxy       imap-proxy  0.51  143,993     imap-proxy-1.example.test
cache-1        redis               cache       0.61  6379        cache-1.example.test
database-1     postgresql          database    0.71  5432        database-1.example.test
filter-1       rspamd              filter      0.81  11334       filter-1.example.test
webmail-1      nginx               webmail     0.91  80          webmail-1.example.test
balancer-1     haproxy             webmail     0.92  80          balancer-1.example.test
outside        postfix-outside     outside     1.10  25          mail.remote.test
"
# Other services: they run only after `up --more`. The webmails read and send through the platform, the router takes mail of the exchangers,
# the rest is alone and for nobody.
readonly MORE_NODE_TABLE="
router-1       exim                router      0.13  25          router-1.example.test
archive-1      cyrus               mailstore   0.43  143,8008    archive-1.example.test
resolver-1     bind                dns         0.54  8053        resolver-1.example.test
zones-1        knot                dns         0.55  53          zones-1.example.test
sessions-1     memcached           cache       0.62  11211       sessions-1.example.test
accounts-1     mariadb             database    0.72  3306        accounts-1.example.test
scanner-1      clamd               filter      0.82  3310        scanner-1.example.test
roundcube-1    roundcube           webmail     0.93  443         roundcube-1.example.test
sogo-1         sogo                webmail     0.94  443         sogo-1.example.test
dav-1          radicale            calendar    0.95  443         dav-1.example.test
"

# address                  mailstore
readonly USER_TABLE="
probe-1@example.test       mailstore-1
customer-1@example.test    mailstore-1
probe-2@example.test       mailstore-2
customer-2@example.test    mailstore-2
"

say() { printf 'testbed: %s\n' "$*"; }
warn() { printf 'testbed: %s\n' "$*" >&2; }
fail() {
    warn "$*"
    exit 1
}
# A mistake of the caller, as opposed to one of the platform.
fail_usage() {
    warn "$*"
    exit 2
}

require_root() {
    ((EUID == 0)) || fail "needs root for ports, mounts and process owners: sudo -E $0"
}
is_made() { [[ -e "$MARKER" ]]; }
require_platform() {
    is_made || fail "there is no testbed in $TESTBED_HOME; start it with testbed/up"
}

# Lines of a table without the empty ones.
rows() { grep -v '^$' <<<"$1"; }
has_more() { [[ -e "$MORE_MARKER" ]]; }
# The nodes that this platform has.
node_rows() {
    rows "$NODE_TABLE"
    if has_more; then rows "$MORE_NODE_TABLE" | grep -F -f <(sed 's/$/ /' "$MORE_MARKER"); fi
}
more_node_names() { rows "$MORE_NODE_TABLE" | awk '{ print $1 }'; }
node_names() { node_rows | awk '{ print $1 }'; }
nodes_of_kind() { node_rows | awk -v kind="$1" '$2 == kind { print $1 }'; }
node_exists() { node_rows | awk -v node="$1" '$1 == node { found = 1 } END { exit !found }'; }
user_names() { rows "$USER_TABLE" | awk '{ print $1 }'; }
users_of_mailstore() { rows "$USER_TABLE" | awk -v store="$1" '$2 == store { print $1 }'; }

require_node() {
    node_exists "$1" || fail_usage "there is no node '$1'; nodes: $(node_names | paste -sd' ')"
}

# Makes NODE the current one: sets NODE, KIND, ROLE, ADDRESS, PORTS (array), FQDN and NODE_DIR.
use_node() {
    local host ports
    read -r NODE KIND ROLE host ports FQDN < <(node_rows | awk -v node="$1" '$1 == node') ||
        fail "there is no node '$1'"
    IFS=, read -r -a PORTS <<<"$ports"
    ADDRESS=$TESTBED_NETWORK.$host
    NODE_DIR=$TESTBED_HOME/nodes/$NODE
    declare -g NODE KIND ROLE ADDRESS PORTS FQDN NODE_DIR
}
address_of() { (use_node "$1" && printf '%s\n' "$ADDRESS"); }

# with_kind NODE FUNCTION...: runs a function of the node's own file, in a subshell with the node as current one.
with_kind() (
    use_node "$1"
    source "$TESTBED/nodes/$KIND.sh"
    shift
    "$@"
)

# for_each_node FUNCTION: all nodes at the same time. Fails if one of them failed.
for_each_node() {
    local node pid status=0
    local -a pids=()
    while read -r node; do
        "$1" "$node" &
        pids+=($!)
    done < <(node_names)
    for pid in "${pids[@]}"; do wait "$pid" || status=1; done
    return "$status"
}
