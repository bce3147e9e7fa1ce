# A cache node (memcached), with 16 MB.
# shellcheck shell=bash

configure_node() { :; }
# Debian makes the account memcache with the package.
launch_node() { launch memcached memcached -u memcache -l "$ADDRESS" -p 11211 -m 16; }
