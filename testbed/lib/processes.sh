# The processes of a node: launch, find, stop, freeze.
#
# Each node runs in a mount namespace in which its own file lies over /etc/resolv.conf. So every program of the node asks
# the platform's DNS, and every process of the node, however it was forked, shows that file in /proc/PID/mountinfo: this is
# how a node's processes are found, even after a crash of the scripts or with TESTBED_HOME gone. (A process in a chroot does
# not show it: no service of a node may run in one.)
# shellcheck shell=bash

resolver_file() { printf '%s/nodes/%s/resolv.%s.%s.conf\n' "$TESTBED_HOME" "$1" "$TESTBED_NETWORK" "$1"; }

readonly FAKETIME_LIBRARY=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1

# launch LABEL COMMAND...: starts a process of the current node in the background and records its process id. By the file `clock` of the
# node its programs see the time shifted; times of files stay as they are, for those of the queue are set and read by the same clock.
launch() {
    local label=$1
    shift
    mkdir -p "$NODE_DIR/pids"
    if [[ -s "$NODE_DIR/clock" ]]; then
        set -- env "LD_PRELOAD=$FAKETIME_LIBRARY" "FAKETIME=$(<"$NODE_DIR/clock")" FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 "$@"
    fi
    # A session of its own: Postfix' master ends its whole process group when it is told to end.
    setsid unshare --mount --propagation private \
        "$TESTBED/lib/enter-node" "$(resolver_file "$NODE")" "$NODE_DIR" "$@" \
        </dev/null >>"$NODE_DIR/console.log" 2>&1 9>&- &
    printf '%s\n' $! >"$NODE_DIR/pids/$label"
}

# pids_of NODE: every living process of the node, one a line.
pids_of() {
    # Reading races with processes that end: grep's complaints and status say nothing here.
    { grep -lsF "/resolv.$TESTBED_NETWORK.$1.conf" /proc/[0-9]*/mountinfo || true; } | cut -d/ -f3
}

# pids_of_platform: the processes of all nodes of this network.
pids_of_platform() {
    { grep -lsF "/resolv.$TESTBED_NETWORK." /proc/[0-9]*/mountinfo || true; } | cut -d/ -f3
}

# main_pids_of NODE: the programs that were launched (Postfix' master, dovecot, unbound), without their children.
main_pids_of() {
    local file pid living
    living=$(pids_of "$1")
    for file in "$TESTBED_HOME/nodes/$1/pids"/*; do
        [[ -e "$file" ]] || continue
        pid=$(<"$file")
        # A recorded id may belong to a stranger by now.
        if grep -qx "$pid" <<<"$living"; then printf '%s\n' "$pid"; fi
    done
}

signal() {
    local name=$1
    shift
    (($# == 0)) || kill -s "$name" "$@" 2>/dev/null || true
}
signal_main() {
    local -a pids
    mapfile -t pids < <(main_pids_of "$2")
    signal "$1" "${pids[@]}"
}
signal_all() {
    local -a pids
    mapfile -t pids < <(pids_of "$2")
    signal "$1" "${pids[@]}"
}

# wait_until SECONDS COMMAND...: polls until the command succeeds; fails at the deadline.
wait_until() {
    local deadline=$(($(date +%s%N) + $1 * 1000000000))
    shift
    until "$@"; do
        (($(date +%s%N) < deadline)) || return 1
        sleep 0.05
    done
}

is_gone() { [[ -z "$(pids_of "$1")" ]]; }

start_node() {
    with_kind "$1" launch_node
}
stop_node() {
    signal_all CONT "$1"
    signal_main TERM "$1"
    wait_until 2 is_gone "$1" && return
    signal_all KILL "$1"
    wait_until 5 is_gone "$1" || fail "processes of $1 do not end: $(pids_of "$1" | paste -sd' ')"
}
# Makes the node read its configuration and certificates again.
reload_node() { signal_main HUP "$1"; }

process_state() { awk '/^State:/ { print $2 }' "/proc/$1/status" 2>/dev/null; }
freeze_node() {
    local round
    # A process may fork between the look and the signal: look again until nobody runs.
    for round in 1 2 3 4 5; do
        signal_all STOP "$1"
        ((round == 1)) || ! is_frozen "$1" || return 0
    done
}
thaw_node() { signal_all CONT "$1"; }

is_frozen() {
    local pid state
    local -a pids
    mapfile -t pids < <(pids_of "$1")
    ((${#pids[@]} > 0)) || return 1
    for pid in "${pids[@]}"; do
        state=$(process_state "$pid") || continue
        [[ "$state" == T || -z "$state" ]] || return 1
    done
}

# running, stopped or frozen.
state_of() {
    if [[ -z "$(main_pids_of "$1")" ]]; then
        echo stopped
    elif is_frozen "$1"; then
        echo frozen
    else
        echo running
    fi
}

# answers ADDRESS PORT: does a server speak there? It is left politely, so that a check leaves no "lost connection" in the
# log. Only SMTP, LMTP and plain IMAP greet: elsewhere an open connection is enough.
answers() {
    local farewell=QUIT
    [[ "$2" != 143 ]] || farewell='a LOGOUT'
    # shellcheck disable=SC2016 # expanded by the inner shell
    timeout 2 bash -c '
        exec 3<>"/dev/tcp/$1/$2" || exit 1
        [[ "$2" =~ ^(24|25|143|587)$ ]] || exit 0
        IFS= read -r line <&3 && [[ -n "$line" ]] || exit 1
        printf "%s\r\n" "$3" >&3
        cat <&3 >/dev/null
    ' answers "$1" "$2" "$farewell" 2>/dev/null
}
node_answers() {
    local port
    use_node "$1"
    for port in "${PORTS[@]}"; do answers "$ADDRESS" "$port" || return 1; done
}
