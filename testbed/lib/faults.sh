# Faults: what can be broken on purpose, and how each is lifted. A fault that is active is a file FAULTS_DIR/NODE.FAULT;
# it holds the process id of the fault's helper, if there is one. A helper ends by itself when its file is gone.
# shellcheck shell=bash

# name                kinds of node it applies to      what it does
readonly FAULT_TABLE="
stop                  *                                ends the node's processes at once: connections are refused
freeze                *                                suspends the node's processes: connections hang
slow                  *                                lets the node run only 100 ms of each 500 ms
hold                  postfix-*,exim                   stops delivery, so the queue grows
stall-lmtp            dovecot-mailstore                takes each message by LMTP, and answers when the fault is lifted
fill                  dovecot-mailstore                fills the node's mail file system to 97 %
expire-certificate    postfix-*,dovecot-*,roundcube,sogo   serves a certificate that expired yesterday
reject-logins         dovecot-*,postfix-submission     refuses every login
lose-message          postfix-mx                       accepts the next probe message and discards it, once
wrong-clock           postfix-*,dovecot-mailstore      restarts the node with a clock that is wrong: 30 s ahead, or as TESTBED_CLOCK says
break-dns             dns                              answers every question with SERVFAIL
"
# Lifting goes in this order: first the node must be able to act, then it is repaired.
readonly LIFT_ORDER=(slow freeze stop break-dns wrong-clock hold stall-lmtp fill expire-certificate reject-logins lose-message)
readonly HOLD_MESSAGES=120 HOLD_MESSAGES_PER_SECOND=2 HOLD_MINUTES=15

fault_names() { rows "$FAULT_TABLE" | awk '{ print $1 }'; }
fault_file() { printf '%s/%s.%s\n' "$FAULTS_DIR" "$1" "$2"; }
has_fault() { [[ -e "$(fault_file "$1" "$2")" ]]; }
faults_of() {
    local fault
    for fault in "${LIFT_ORDER[@]}"; do
        if has_fault "$1" "$fault"; then printf '%s\n' "$fault"; fi
    done
}

fault_fits() (
    use_node "$1"
    kinds=$(rows "$FAULT_TABLE" | awk -v fault="$2" '$1 == fault { print $2 }')
    IFS=,
    set -f
    for pattern in $kinds; do
        # shellcheck disable=SC2053 # the right side is a pattern
        if [[ "$KIND" == $pattern ]]; then return 0; fi
    done
    return 1
)
nodes_for_fault() {
    local node
    for node in $(node_names); do if fault_fits "$node" "$1"; then printf '%s\n' "$node"; fi; done
}
require_fault() {
    fault_names | grep -qx -- "$1" || fail_usage "there is no fault '$1'; faults: $(fault_names | paste -sd' ')"
}

# inject FAULT NODE [quiet]
inject() {
    local fault=$1 node=$2 quiet=${3:-} file state
    require_fault "$fault"
    require_node "$node"
    fault_fits "$node" "$fault" ||
        fail_usage "$fault does not apply to $node; it applies to: $(nodes_for_fault "$fault" | paste -sd' ')"
    if has_fault "$node" "$fault"; then
        say "$node already has the fault $fault: nothing done"
        return
    fi
    state=$(state_of "$node")
    if [[ "$fault" != stop ]] && { [[ "$state" != running ]] || has_fault "$node" slow; }; then
        fail "$node is ${state/running/slow}: lift that first (testbed/fault lift $node)"
    fi
    file=$(fault_file "$node" "$fault")
    : >"$file"
    if ! (use_node "$node" && "inject_${fault//-/_}" "$file" "$quiet"); then
        rm -f "$file"
        fail "$fault could not be injected on $node"
    fi
    say "$node: $fault injected"
}

# lift NODE [FAULT]: without a fault, all of the node.
lift() {
    local node=$1 only=${2:-} fault
    for fault in "${LIFT_ORDER[@]}"; do
        has_fault "$node" "$fault" || continue
        [[ -z "$only" || "$only" == "$fault" ]] || continue
        # This helper is still asked until Postfix is reloaded; then it ends by itself.
        [[ "$fault" == lose-message ]] || stop_helper "$node" "$fault"
        rm -f "$(fault_file "$node" "$fault")"
        (use_node "$node" && "lift_${fault//-/_}")
        say "$node: $fault lifted"
    done
}

# start_helper FILE COMMAND...: a process in the background that belongs to an active fault. FILE must be in its arguments.
start_helper() {
    local file=$1
    shift
    setsid "$@" </dev/null >>"$TESTBED_HOME/helpers.log" 2>&1 9>&- &
    printf '%s\n' $! >"$file"
}
stop_helper() {
    local file pid
    file=$(fault_file "$1" "$2")
    pid=$(<"$file")
    # The recorded id may belong to a stranger by now.
    if [[ -n "$pid" ]] && grep -qsF "$file" "/proc/$pid/cmdline"; then
        signal TERM "$pid"
    fi
}
stop_all_helpers() {
    local node fault
    for node in $(node_names); do
        for fault in $(faults_of "$node"); do stop_helper "$node" "$fault"; done
    done
    rm -f "$FAULTS_DIR"/*.*
}

# MARK: the faults, each with the current node set

inject_stop() { stop_node "$NODE"; }
lift_stop() {
    start_node "$NODE"
    wait_until 20 node_answers "$NODE" || fail "$NODE was started but does not answer on port ${PORTS[*]}"
}

inject_freeze() { freeze_node "$NODE"; }
lift_freeze() { thaw_node "$NODE"; }

inject_slow() { start_helper "$1" "$TESTBED/lib/slow" "$NODE" "$1"; }
lift_slow() { thaw_node "$NODE"; }

inject_hold() {
    if [[ "$KIND" == exim ]]; then
        with_kind "$NODE" hold_mail
        return
    fi
    set_postfix "defer_transports = smtp, lmtp, relay, virtual"
    [[ "$2" != quiet ]] || return 0
    case $KIND in
        postfix-outbound | postfix-submission)
            start_helper "$1" "$TESTBED/send" "$HOLD_MESSAGES" --via "$NODE" --quiet \
                --then-per-second "$HOLD_MESSAGES_PER_SECOND" --minutes "$HOLD_MINUTES" --while-exists "$1"
            ;;
    esac
}
lift_hold() {
    if [[ "$KIND" == exim ]]; then
        with_kind "$NODE" release_mail
        return
    fi
    set_postfix "defer_transports ="
    flush_postfix || true
}

inject_stall_lmtp() { with_kind "$NODE" stall_deliveries "$1"; }
lift_stall_lmtp() { with_kind "$NODE" let_deliveries_go; }

inject_fill() { fill_mail_filesystem 97; }
lift_fill() { empty_mail_filesystem; }

inject_expire_certificate() {
    cp -p "$NODE_DIR/tls/certificate.pem" "$NODE_DIR/tls/certificate.valid.pem"
    sign_certificate "$(moment '-30 days')" "$(moment '-1 day')" "$NODE_DIR/tls/certificate.pem"
    reload_node "$NODE"
}
lift_expire_certificate() {
    mv "$NODE_DIR/tls/certificate.valid.pem" "$NODE_DIR/tls/certificate.pem"
    reload_node "$NODE"
}

inject_reject_logins() { deny_all_users; }
lift_reject_logins() { deny_nobody; }

# A table that answers DISCARD exactly once: a file of header checks would lose every probe until it is taken back.
inject_lose_message() {
    local socket=$NODE_DIR/lose.socket
    start_helper "$1" "$TESTBED/lib/lose_message.py" "$socket" "$1" "$TESTBED/fault" lift "$NODE" lose-message
    wait_until 5 test -S "$socket"
    set_postfix "header_checks = socketmap:unix:$socket:probe"
}
lift_lose_message() { set_postfix "header_checks ="; }

inject_wrong_clock() {
    [[ -r "$FAKETIME_LIBRARY" ]] || fail "there is no $FAKETIME_LIBRARY: run testbed/install"
    printf '%s\n' "${TESTBED_CLOCK:-+30s}" >"$NODE_DIR/clock"
    stop_node "$NODE"
    lift_stop
}
lift_wrong_clock() {
    rm -f "$NODE_DIR/clock"
    stop_node "$NODE"
    lift_stop
}

inject_break_dns() {
    with_kind "$NODE" break_node
    reload_node "$NODE"
}
lift_break_dns() {
    with_kind "$NODE" repair_node
    reload_node "$NODE"
}
