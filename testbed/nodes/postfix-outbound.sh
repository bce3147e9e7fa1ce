# An outbound relay: accepts from the platform's own addresses and delivers to the outside by MX.
# shellcheck shell=bash

configure_node() {
    make_certificate
    make_postfix 25 <<CF

mynetworks = $TESTBED_NETWORK.0.0/24
smtpd_relay_restrictions = permit_mynetworks, reject
CF
}
launch_node() { launch_postfix; }
