# The rest of the world: takes mail for anybody at remote.test into one maildir, and can send to the platform by MX.
# echo@remote.test answers like somebody who is away, relay@remote.test sends everything on to probe-1@example.test.
# shellcheck shell=bash

configure_node() {
    make_certificate
    make_postfix 25 <<CF

mynetworks = $TESTBED_NETWORK.1.0/24
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
virtual_mailbox_domains = remote.test
virtual_mailbox_maps = inline:{ @remote.test=sink/ }
virtual_mailbox_base = $NODE_DIR/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:$(id -u "$MAIL_OWNER")
virtual_gid_maps = static:$(id -g "$MAIL_OWNER")
virtual_alias_maps = inline:{ relay@remote.test=probe-1@example.test }
transport_maps = inline:{ echo@remote.test=answer: }
CF
    # A copy, since that user need not be able to read the repository.
    install -m 755 "$TESTBED/lib/auto_reply.py" "$NODE_DIR/auto_reply.py"
    printf 'answer unix - n n - - pipe flags=R user=%s argv=%s %s ${sender} ${recipient}\n' \
        "$MAIL_OWNER" "$NODE_DIR/auto_reply.py" "$ADDRESS" >>"$NODE_DIR/postfix/master.cf"
    install -d -o "$MAIL_OWNER" -g "$MAIL_OWNER" "$NODE_DIR/mail"
}
launch_node() { launch_postfix; }
