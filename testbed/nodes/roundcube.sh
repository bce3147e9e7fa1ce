# A webmail node (Roundcube behind nginx, in PHP-FPM): reads through imap.example.test, sends through smtp.example.test. It says
# nothing in the clear.
# shellcheck shell=bash

# Debian makes this account with its base files.
readonly PHP_OWNER=www-data

configure_node() {
    make_certificate
    install -d "$NODE_DIR"/{log,temporary}
    install -d -o "$PHP_OWNER" -m 700 "$NODE_DIR"/{data,sessions,roundcube}
    roundcube_settings >"$NODE_DIR/roundcube/config.inc.php"
    # What the package configures for all: only what kinds of files there are.
    cp /etc/roundcube/{defaults.inc,mimetypes}.php "$NODE_DIR/roundcube/"
    chown -R "$PHP_OWNER": "$NODE_DIR/roundcube"
    php_settings >"$NODE_DIR/php-fpm.conf"
    web_settings >"$NODE_DIR/nginx.conf"
}
launch_node() {
    # HUP, by which nginx reads its certificate again, would end it.
    launch php env --ignore-signal=HUP php-fpm8.2 --nodaemonize --fpm-config "$NODE_DIR/php-fpm.conf"
    launch nginx nginx -c "$NODE_DIR/nginx.conf" -e "$NODE_DIR/log/error.log"
}

roundcube_settings() {
    cat <<PHP
<?php
\$config['db_dsnw'] = 'sqlite:///$NODE_DIR/data/roundcube.db?mode=0600';
\$config['imap_host'] = 'ssl://imap.example.test:993';
\$config['smtp_host'] = 'tls://smtp.example.test:587';
\$config['imap_conn_options'] = ['ssl' => ['verify_peer' => true, 'cafile' => '$CA_DIR/ca.pem']];
\$config['smtp_conn_options'] = \$config['imap_conn_options'];
\$config['des_key'] = '$(openssl rand -hex 12)';
\$config['plugins'] = [];
\$config['skin'] = 'elastic';
\$config['enable_spellcheck'] = false;
\$config['log_dir'] = '$NODE_DIR/data';
\$config['temp_dir'] = '$NODE_DIR/data';
PHP
}

php_settings() {
    cat <<CONF
[global]
error_log = $NODE_DIR/log/php.log
[webmail]
user = $PHP_OWNER
listen = $NODE_DIR/php.sock
listen.owner = $PHP_OWNER
pm = static
pm.max_children = 3
env[ROUNDCUBE_CONFIG_DIR] = $NODE_DIR/roundcube
php_admin_value[session.save_path] = $NODE_DIR/sessions
php_admin_value[date.timezone] = UTC
CONF
}

web_settings() {
    local use
    cat <<CONF
daemon off;
user $PHP_OWNER;
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
    root /var/lib/roundcube/public_html;
    index index.php;
    location ~ \.php\$ {
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
      fastcgi_pass unix:$NODE_DIR/php.sock;
    }
  }
}
CONF
}
