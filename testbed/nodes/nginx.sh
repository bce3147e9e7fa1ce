# A webmail node (nginx): one page, and stub_status for the agent.
# shellcheck shell=bash

configure_node() {
    install -d "$NODE_DIR"/{log,page,temporary}
    printf 'Webmail of the testbed\n' >"$NODE_DIR/page/index.html"
    chmod 755 "$NODE_DIR" "$NODE_DIR/page"
    cat >"$NODE_DIR/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $NODE_DIR/nginx.pid;
error_log $NODE_DIR/log/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path $NODE_DIR/temporary;
  proxy_temp_path $NODE_DIR/temporary;
  fastcgi_temp_path $NODE_DIR/temporary;
  uwsgi_temp_path $NODE_DIR/temporary;
  scgi_temp_path $NODE_DIR/temporary;
  server {
    listen $ADDRESS:80;
    root $NODE_DIR/page;
    location = /nginx_status { stub_status; }
  }
}
CONF
}
launch_node() { launch nginx nginx -c "$NODE_DIR/nginx.conf" -e "$NODE_DIR/log/error.log"; }
