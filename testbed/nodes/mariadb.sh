# A database node (MariaDB): accounts would be here. The agent signs in as the user monitoring, without a password.
# shellcheck shell=bash

# Debian makes this account with the package; MariaDB refuses to run as root.
readonly DATABASE_OWNER=mysql

configure_node() {
    install -d -o "$DATABASE_OWNER" -m 700 "$NODE_DIR"/{data,log}
    cat >"$NODE_DIR/mariadb.cnf" <<CONF
[mariadbd]
user = $DATABASE_OWNER
datadir = $NODE_DIR/data
socket = $NODE_DIR/data/sql.sock
pid-file = $NODE_DIR/data/pid
log-error = $NODE_DIR/log/error.log
init-file = $NODE_DIR/users.sql
bind-address = $ADDRESS
port = 3306
skip-name-resolve
max-connections = 30
innodb-buffer-pool-size = 8M
innodb-log-file-size = 4M
innodb-flush-log-at-trx-commit = 0
CONF
    # Read at each start, before the port is open.
    cat >"$NODE_DIR/users.sql" <<SQL
CREATE USER IF NOT EXISTS monitoring@'%';
GRANT SLAVE MONITOR ON *.* TO monitoring@'%';
SQL
    mariadb-install-db --defaults-file="$NODE_DIR/mariadb.cnf" --user="$DATABASE_OWNER" --skip-test-db \
        --auth-root-authentication-method=normal >"$NODE_DIR/log/setup.log" 2>&1
}
launch_node() { launch mariadb mariadbd --defaults-file="$NODE_DIR/mariadb.cnf"; }
