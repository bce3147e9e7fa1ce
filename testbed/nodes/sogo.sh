# A webmail node (SOGo behind nginx): the users are in the database sogo of database-1, mail is read through imap.example.test and sent
# through smtp.example.test. It says nothing in the clear.
# shellcheck shell=bash

# Debian makes this account with the package.
readonly SOGO_OWNER=sogo

configure_node() {
    make_certificate
    install -d "$NODE_DIR"/{log,temporary}
    install -d -o "$SOGO_OWNER" -m 700 "$NODE_DIR"/{state,spool}
    sogo_settings | install -o root -g "$SOGO_OWNER" -m 640 /dev/stdin "$NODE_DIR/sogo.conf"
    web_settings >"$NODE_DIR/nginx.conf"
}
launch_node() {
    launch memcached memcached -u "$SOGO_OWNER" -s "$NODE_DIR/state/cache" -m 16
    launch sogo bash -c "$(declare -f enter_sogo) && enter_sogo \"\$@\"" sogo "$NODE_DIR" "$(address_of database-1)" \
        setpriv --reuid="$SOGO_OWNER" --regid="$SOGO_OWNER" --clear-groups \
        env --ignore-signal=HUP HOME="$NODE_DIR/state" SSL_CERT_FILE="$CA_DIR/ca.pem" LC_ALL=C.UTF-8 \
        /usr/sbin/sogod -WONoDetach YES -WOWorkersCount 2 -WOUseWatchDog YES -WOPort "$ADDRESS:20000" \
        -WOPidFile "$NODE_DIR/state/pid" -WOLogFile - -SOGoMailSpoolPath "$NODE_DIR/spool"
    launch nginx nginx -c "$NODE_DIR/nginx.conf" -e "$NODE_DIR/log/error.log"
}

# enter_sogo NODE_DIRECTORY DATABASE COMMAND...: its settings are where the package has them, in this node alone. A SOGo that misses its
# database asks no more for five seconds, so that one is waited for.
enter_sogo() {
    local try node=$1 database=$2
    shift 2
    mount --bind "$node/sogo.conf" /etc/sogo/sogo.conf
    for ((try = 0; try < 300; try++)); do
        if (exec 3<>"/dev/tcp/$database/5432") 2>/dev/null; then break; fi
        sleep 0.1
    done
    cd "$node/state" && exec "$@"
}

sogo_settings() {
    local table database
    database=postgresql://sogo@$(address_of database-1):5432/sogo
    printf '{\n'
    for table in ProfileURL=profiles OCSFolderInfoURL=folders OCSSessionsFolderURL=sessions; do
        printf '  %s = "%s/sogo_%s";\n' "$([[ $table == OCS* ]] || printf SOGo)${table%=*}" "$database" "${table#*=}"
    done
    cat <<CONF
  SOGoUserSources = (
    {
      type = sql;
      id = users;
      viewURL = "$database/users";
      userPasswordAlgorithm = plain;
      canAuthenticate = YES;
      isAddressBook = NO;
    }
  );
  SOGoIMAPServer = "imaps://imap.example.test:993";
  SOGoMailingMechanism = smtp;
  SOGoSMTPServer = "smtp://smtp.example.test:587/?tls=YES";
  SOGoSMTPAuthenticationType = PLAIN;
  SOGoMailDomain = example.test;
  SOGoMemcachedHost = "$NODE_DIR/state/cache";
  SOGoLanguage = English;
  SOGoTimeZone = UTC;
  SOGoPageTitle = "SOGo of the testbed";
}
CONF
}

web_settings() {
    local use
    cat <<CONF
daemon off;
worker_processes 1;
pid $NODE_DIR/nginx.pid;
error_log $NODE_DIR/log/error.log;
events { worker_connections 256; }
http {
  include /etc/nginx/mime.types;
  access_log $NODE_DIR/log/access.log;
$(for use in client_body proxy fastcgi uwsgi scgi; do printf '  %s_temp_path %s;\n' "$use" "$NODE_DIR/temporary"; done)
  server {
    listen $ADDRESS:443 ssl;
    ssl_certificate $NODE_DIR/tls/certificate.pem;
    ssl_certificate_key $NODE_DIR/tls/key.pem;
    location = / { return 302 /SOGo/; }
    location /SOGo.woa/WebServerResources/ { alias /usr/share/GNUstep/SOGo/WebServerResources/; }
    location /SOGo {
      proxy_pass http://$ADDRESS:20000;
      # Its cookies are long.
      proxy_buffer_size 64k;
      proxy_buffers 8 64k;
      proxy_set_header Host \$host;
      proxy_set_header x-webobjects-server-protocol HTTP/1.0;
      proxy_set_header x-webobjects-remote-host \$remote_addr;
      proxy_set_header x-webobjects-server-name \$server_name;
      proxy_set_header x-webobjects-server-url \$scheme://\$host;
      proxy_set_header x-webobjects-server-port \$server_port;
    }
  }
}
CONF
}
