# A database node (PostgreSQL): the users of SOGo are here where there is one. The agent signs in as the user monitoring.
# shellcheck shell=bash

readonly POSTGRESQL_PROGRAMS=/usr/lib/postgresql/15/bin
# Debian makes this account with the package; PostgreSQL refuses to run as root.
readonly DATABASE_OWNER=postgres

configure_node() {
    local data=$NODE_DIR/data
    install -d -o "$DATABASE_OWNER" -m 700 "$data" "$NODE_DIR/log"
    as_database_owner "$POSTGRESQL_PROGRAMS/initdb" --pgdata "$data" --auth trust --no-sync --no-instructions >/dev/null
    cat >>"$data/postgresql.conf" <<CONF
listen_addresses = '$ADDRESS'
port = 5432
unix_socket_directories = ''
fsync = off
shared_buffers = 16MB
max_connections = 30
logging_collector = off
CONF
    printf 'host all all 127.0.0.0/8 trust\n' >"$data/pg_hba.conf"
    # A server that serves nobody but this script: no port is open before the user is there.
    printf 'CREATE ROLE monitoring LOGIN;\nGRANT pg_monitor TO monitoring;\n' | statements_for postgres
    if [[ -n "$(nodes_of_kind sogo)" ]]; then
        printf 'CREATE ROLE sogo LOGIN;\nCREATE DATABASE sogo OWNER sogo;\n' | statements_for postgres
        sogo_users | statements_for sogo
    fi
    chown -R "$DATABASE_OWNER": "$data"
}
launch_node() {
    launch postgresql setpriv --reuid="$DATABASE_OWNER" --regid="$DATABASE_OWNER" --init-groups \
        "$POSTGRESQL_PROGRAMS/postgres" -D "$NODE_DIR/data"
}

# statements_for DATABASE: performs the statements on standard input, one a line.
statements_for() {
    as_database_owner "$POSTGRESQL_PROGRAMS/postgres" --single -D "$NODE_DIR/data" "$1" >>"$NODE_DIR/log/setup.log" 2>&1
}

# sogo_users: who may sign in to SOGo, in the columns that it wants.
sogo_users() {
    local user
    printf 'GRANT ALL ON SCHEMA public TO sogo;\n'
    printf 'CREATE TABLE users (c_uid text PRIMARY KEY, c_name text, c_password text, c_cn text, mail text);\n'
    user_names | while read -r user; do
        printf "INSERT INTO users VALUES ('%s', '%s', '%s', '%s', '%s');\n" "$user" "$user" "$(<"$SECRETS_DIR/$user")" "${user%@*}" "$user"
    done
    printf 'GRANT SELECT ON users TO sogo;\n'
}

as_database_owner() {
    # Started where the account may look: the caller's directory may be closed to it.
    (cd / && setpriv --reuid="$DATABASE_OWNER" --regid="$DATABASE_OWNER" --init-groups env -i LC_ALL=C.UTF-8 "$@")
}
