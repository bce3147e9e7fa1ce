# A cache node (Redis): sessions of webmail would be here. Nothing is kept on disk.
# shellcheck shell=bash

configure_node() {
    install -d -m 755 "$NODE_DIR/log"
    cat >"$NODE_DIR/redis.conf" <<CONF
bind $ADDRESS
port 6379
protected-mode no
dir $NODE_DIR
save ""
appendonly no
maxmemory 16mb
maxmemory-policy allkeys-lru
logfile $NODE_DIR/log/redis.log
CONF
}
launch_node() { launch redis redis-server "$NODE_DIR/redis.conf"; }
