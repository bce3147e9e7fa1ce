extension ServiceSign {
    /// Every service that is recognised, Postfix aside, in the order of the file that is written. One whose kind this version does not
    /// measure is told of in a comment.
    static let all = mail + filters + stores + names + web

    // MARK: - Private

    private static let mail = [
        ServiceSign(
            kind: "exim", title: "Exim", commands: ["exim4", "exim"],
            place: .workingDirectory(key: "spool_directory", usual: "/var/spool/exim4"),
            files: ["/etc/exim4/exim4.conf.template", "/etc/exim/exim.conf"],
            access: "the agent's user must be a member of the group that owns the spool (Debian-exim)"),
        ServiceSign(
            kind: "dovecot", title: "Dovecot", commands: ["dovecot"], place: .page(path: "/metrics", .only([9900])),
            usualPorts: [9900], files: ["/etc/dovecot/dovecot.conf"],
            setting: [
                "service stats {", "  inet_listener http {", "    address = 127.0.0.1", "    port = 9900", "  }", "}",
                "and blocks metric, which say what is counted",
            ]),
        ServiceSign(
            kind: "dovecot_processes", title: "Dovecot's processes", commands: ["dovecot"],
            place: .directory(key: "base_dir", ofSocket: "/master"),
            usualSockets: ["/run/dovecot/master"],
            access: "without root only sessions can be asked for: services: false, and the socket anvil open to the agent's group"),
        ServiceSign(
            kind: "cyrus", title: "Cyrus IMAP", commands: ["cyrmaster", "cyrus-master"],
            place: .hiddenPage(url: "http://127.0.0.1/metrics"),
            files: ["/etc/cyrus.conf"],
            setting: ["prometheus_enabled: yes and httpmodules: prometheus in imapd.conf", "an httpd and promstatsd in cyrus.conf"]),
    ]

    private static let filters = [
        ServiceSign(
            kind: "rspamd", title: "Rspamd", commands: ["rspamd"], place: .page(path: "/metrics", .only([11334])),
            usualPorts: [11334], files: ["/etc/rspamd/rspamd.conf"],
            access: "an agent whose address is not in secure_ip needs password_file",
            setting: ["bind_socket = \"127.0.0.1:11334\"; in local.d/worker-controller.inc"]),
        ServiceSign(
            kind: "clamav", title: "clamd", commands: ["clamd"], place: .address(sockets: [""], ports: .lowest),
            usualPorts: [3310], usualSockets: ["/run/clamav/clamd.ctl", "/var/run/clamav/clamd.ctl"], files: ["/etc/clamav/clamd.conf"],
            access: "the agent's user must be allowed to open the socket (LocalSocketGroup)",
            setting: ["LocalSocket /run/clamav/clamd.ctl"]),
    ]

    private static let stores = [
        ServiceSign(
            kind: "redis", title: "Redis", commands: ["redis-server", "valkey-server"], place: .port(.lowest, sockets: [""]),
            usualPorts: [6379], usualSockets: ["/run/redis/redis-server.sock"],
            files: ["/etc/redis/redis.conf", "/etc/valkey/valkey.conf"], access: "with a password: username and password_file",
            setting: ["unixsocket /run/redis/redis-server.sock"]),
        ServiceSign(
            kind: "memcached", title: "memcached", commands: ["memcached"], place: .port(.lowest, sockets: [""]),
            usualPorts: [11211], files: ["/etc/memcached.conf"], setting: ["-l 127.0.0.1"]),
        ServiceSign(
            kind: "postgresql", title: "PostgreSQL", commands: ["postgres"],
            place: .address(
                sockets: [".s.PGSQL.5432", ".s.PGSQL.5433", ".s.PGSQL.5434", ".s.PGSQL.5435", ""], ports: .lowest),
            usualPorts: [5432], usualSockets: ["/var/run/postgresql/.s.PGSQL.5432"], files: ["/etc/postgresql-common/createcluster.conf"],
            access: "the agent's user must be a role of the same name and a member of pg_monitor; or username and password_file"),
        ServiceSign(
            kind: "mysql", title: "MySQL or MariaDB", commands: ["mysqld", "mariadbd"],
            place: .address(sockets: ["/mysqld.sock", "/mysql.sock", "/mariadb.sock"], ports: .except([33060, 4567, 4568, 4444])),
            usualPorts: [3306], usualSockets: ["/run/mysqld/mysqld.sock"], files: ["/etc/mysql/my.cnf"],
            access: "the agent's user must be a user of the same name, for replication with SLAVE MONITOR (MySQL: REPLICATION CLIENT); "
                + "or username and password_file"),
    ]

    private static let names = [
        ServiceSign(
            kind: "unbound", title: "Unbound", commands: ["unbound"], place: .address(sockets: [""], ports: nil),
            usualSockets: ["/run/unbound.ctl"], files: ["/etc/unbound/unbound.conf"],
            access: "the agent's user must be a member of the group unbound",
            setting: ["remote-control:", "  control-enable: yes", "  control-interface: /run/unbound.ctl"]),
        ServiceSign(
            kind: "bind", title: "BIND", commands: ["named"], place: .page(path: "", .only([8053, 8080, 8653])),
            usualPorts: [8053], files: ["/etc/bind/named.conf", "/etc/named.conf"],
            setting: ["statistics-channels { inet 127.0.0.1 port 8053 allow { 127.0.0.1; }; };"]),
        ServiceSign(
            kind: "knot", title: "Knot DNS", commands: ["knotd"], place: .address(sockets: [".sock"], ports: nil),
            usualSockets: ["/run/knot/knot.sock"], files: ["/etc/knot/knot.conf"],
            access: "the agent's user must be a member of the group knot",
            setting: ["control:", "  listen: /run/knot/knot.sock"]),
    ]

    private static let web = [
        ServiceSign(
            kind: "haproxy", title: "HAProxy", commands: ["haproxy"],
            place: .address(sockets: ["/admin.sock", "/haproxy.sock", "/stats.sock", "/stats", ".stat", "/haproxy.stats"], ports: nil),
            usualSockets: ["/run/haproxy/admin.sock"], files: ["/etc/haproxy/haproxy.cfg"],
            access: "the agent's user must be a member of the group that owns the socket",
            setting: ["stats socket /run/haproxy/admin.sock mode 660 level user"]),
        ServiceSign(
            kind: "nginx", title: "nginx", commands: ["nginx"], place: .hiddenPage(url: "http://127.0.0.1/nginx_status"),
            files: ["/etc/nginx/nginx.conf"],
            setting: ["location = /nginx_status { stub_status; allow 127.0.0.1; deny all; }"]),
    ]
}
