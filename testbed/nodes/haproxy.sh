# A balancer (HAProxy) in front of webmail; its admin socket tells how it is.
# shellcheck shell=bash

configure_node() {
    install -d "$NODE_DIR/log"
    cat >"$NODE_DIR/haproxy.cfg" <<CONF
global
  maxconn 200
  stats socket $NODE_DIR/admin.sock mode 600 level user
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
frontend webmail
  bind $ADDRESS:80
  default_backend webmail
backend webmail
  option httpchk GET /
  server webmail-1 $(address_of webmail-1):80 check inter 1s
CONF
}
launch_node() { launch haproxy haproxy -db -f "$NODE_DIR/haproxy.cfg"; }
