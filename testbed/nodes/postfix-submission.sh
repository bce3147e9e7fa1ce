# A submission node: users sign in (a Dovecot of its own answers SASL), local mail goes to the MXs, all other mail to the
# outbound relay.
# shellcheck shell=bash

configure_node() {
    make_certificate
    make_postfix 587 <<CF

mynetworks = $ADDRESS/32
relayhost = [outbound-1.example.test]
transport_maps = inline:{ example.test=smtp:example.test }
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $NODE_DIR/run/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject
CF
    make_dovecot <<CONF
protocols =
passdb {
  driver = passwd-file
  args = $NODE_DIR/dovecot/users
}
service auth {
  unix_listener sasl {
    user = postfix
    mode = 0600
  }
}
CONF
    user_names | password_entries | write_for_dovecot "$NODE_DIR/dovecot/users"
}
launch_node() {
    launch_dovecot
    launch_postfix
}
