import PostwatchModel

/// What Postwatch knows of each role: what should be measured, and which journeys show that it does its work.
public enum Catalogue {
    /// The basics first, the host before the role.
    public static func items(of role: Role) -> [CatalogueItem] {
        let all = host + own(role)
        return CatalogueItem.Level.allCases.flatMap { level in all.filter { $0.level == level } }
    }

    /// Kinds of journeys of which at least one should pass through every node of the role.
    public static func journeys(of role: Role) -> [String] {
        switch role {
        case .mx, .router: ["inbound"]
        case .submission, .outbound: ["outbound", "smtp"]
        case .mailstore, .imapProxy: ["imap", "pop3"]
        case .webmail: ["webmail", "http"]
        case .admin: ["http"]
        case .calendar: ["caldav"]
        case .contacts: ["carddav"]
        case .dns: ["dns"]
        case .filter: ["negative", "tcp"]
        case .database, .cache: ["tcp"]
        }
    }

    // MARK: - Private

    private typealias Remedy = CatalogueItem.Remedy

    private static let ofHost = [Remedy("", "collectors:\n  host: {}")]

    private static let host = [
        CatalogueItem("CPU", .basics, metrics: ["node_cpu_seconds_total"], remedies: ofHost),
        CatalogueItem("memory", .basics, metrics: ["node_memory_MemAvailable_bytes"], remedies: ofHost),
        CatalogueItem("disk space", .basics, metrics: ["node_filesystem_avail_bytes"], remedies: ofHost),
        CatalogueItem("inodes", .next, metrics: ["node_filesystem_files_free"], remedies: ofHost),
        CatalogueItem("disk load", .next, metrics: ["node_disk_io_time_seconds_total"], remedies: ofHost),
        CatalogueItem("network", .next, metrics: ["node_network_receive_bytes_total"], remedies: ofHost),
        CatalogueItem("pressure", .next, metrics: ["node_pressure_io_stalled_seconds_total"], remedies: ofHost),
        CatalogueItem("file descriptors", .next, metrics: ["node_filefd_allocated"], remedies: ofHost),
        CatalogueItem("OOM kills", .next, metrics: ["node_vmstat_oom_kill"], remedies: ofHost),
        CatalogueItem("clock", .next, metrics: ["node_timex_sync_status"], remedies: ofHost),
        CatalogueItem("TCP connections", .next, metrics: ["node_netstat_Tcp_CurrEstab"], remedies: ofHost),
        CatalogueItem(
            "processes of services", .next, metrics: ["namedprocess_namegroup_num_procs"],
            remedies: [Remedy("", "collectors:\n  processes: [{name: postfix, match: {pid_file: /var/spool/postfix/pid/master.pid}}]")]),
    ]

    private static func own(_ role: Role) -> [CatalogueItem] {
        switch role {
        case .mx: transfer + [rejects, certificate("smtp", port: 25), identity]
        case .router: transfer
        case .outbound: transfer + [identity, blocklists]
        case .submission: transfer + [rejects, logins, certificate("smtp", port: 587)]
        case .mailstore: [sessions, logins, commands, certificate("imap", port: 143)]
        case .imapProxy: [sessions, logins, certificate("imap", port: 143)]
        case .webmail, .admin: [web]
        case .calendar, .contacts: [web]
        case .database: database
        case .cache: cache
        case .dns: names + [answers]
        case .filter: filter
        }
    }

    private static let log = Remedy("Postfix", "collectors:\n  mail_logs: [{path: /var/log/mail.log}]")

    private static let queues = [
        Remedy("Postfix", "collectors:\n  postfix: [{queue_directory: /var/spool/postfix}]"),
        Remedy("Exim", "collectors:\n  exim: [{spool_directory: /var/spool/exim4}]"),
    ]

    private static let transfer = [
        CatalogueItem(
            "queue depth", .basics, metrics: ["postfix_showq_queue_depth", "exim_queue"],
            remedies: queues),
        CatalogueItem(
            "queue age", .basics, metrics: ["postfix_showq_message_age_seconds_count", "exim_queue_oldest_seconds"],
            remedies: queues),
        CatalogueItem(
            "deliveries by outcome", .next, metrics: ["postfix_smtp_messages_processed_total", "postfix_lmtp_messages_processed_total"],
            remedies: [log]),
        CatalogueItem(
            "delay by stage", .next,
            metrics: ["postfix_smtp_delivery_delay_seconds_count", "postfix_lmtp_delivery_delay_seconds_count"], remedies: [log]),
        CatalogueItem(
            "whom mail waits for, and why", .next, metrics: ["postfix_queue_destination_messages", "exim_queue_destination_messages"],
            remedies: queues),
        CatalogueItem(
            "processes against their limit", .next, metrics: ["postfix_process_limit"],
            remedies: [
                Remedy(
                    "Postfix",
                    "collectors:\n  postfix: [{queue_directory: /var/spool/postfix, config_directory: /etc/postfix}]")
            ]),
        CatalogueItem(
            "each message accounted for", .next, metrics: ["postfix_ledger_compared_timestamp_seconds"],
            remedies: [
                Remedy(
                    "Postfix",
                    "collectors:\n  postfix: [{queue_directory: /var/spool/postfix}]\n  mail_logs: [{path: /var/log/mail.log}]")
            ]),
    ]

    private static func certificate(_ wire: String, port: Int) -> CatalogueItem {
        CatalogueItem(
            "certificate", .next, metrics: ["probe_ssl_earliest_cert_expiry"],
            remedies: [Remedy("", "collectors:\n  certificates: [{address: \"mail.example.net:\(port)\", protocol: \(wire)}]")])
    }

    private static let identity = CatalogueItem(
        "what the domain publishes", .next, metrics: ["mail_identity_check"],
        remedies: [
            Remedy(
                "", "collectors:\n  mail_identity: [{domain: example.net, selectors: [s1], outbound_addresses: [198.51.100.1]}]")
        ])

    private static let blocklists = CatalogueItem(
        "blocklists", .next, metrics: ["dnsbl_listed"],
        remedies: [Remedy("", "collectors:\n  dnsbl: [{addresses: [198.51.100.1], lists: [zen.example.org]}]")])

    private static let rejects = CatalogueItem(
        "refused mail", .next, metrics: ["postfix_smtpd_messages_rejected_total", "exim_reject_total"], remedies: [log])

    private static let logins = CatalogueItem(
        "logins and their failures", .next,
        metrics: [
            "postfix_smtpd_sasl_authentication_failures_total", "dovecot_auth_failures_total", "dovecot_auth_successes_total",
            "cyrus_imap_authenticate_total",
        ],
        remedies: [Remedy("Postfix, Dovecot", "collectors:\n  mail_logs: [{path: /var/log/mail.log}]"), cyrus])

    private static let dovecot = Remedy("Dovecot", "collectors:\n  dovecot: [{url: http://127.0.0.1:9900/metrics}]")
    private static let cyrus = Remedy("Cyrus", "collectors:\n  cyrus: [{url: http://127.0.0.1:8008/metrics}]")

    private static let sessions = CatalogueItem(
        "sessions", .basics,
        metrics: [
            "dovecot_imap_session_finished_total", "dovecot_proxy_session_established_total", "cyrus_imap_active_connections",
            "haproxy_backend_current_sessions", "dovecot_sessions",
        ],
        remedies: [
            dovecot, cyrus, Remedy("Dovecot 2.3", "collectors:\n  dovecot_processes: [{base_dir: /run/dovecot}]"),
            Remedy("HAProxy", "collectors:\n  haproxy: [{address: /run/haproxy/admin.sock}]"),
        ])

    private static let commands = CatalogueItem(
        "how long commands take", .next,
        metrics: [
            "dovecot_imap_command_count", "dovecot_imap_command_finished_duration_seconds_total",
            "dovecot_imap_command_duration_seconds_total",
        ],
        remedies: [dovecot])

    private static let web = CatalogueItem(
        "requests", .basics, metrics: ["nginx_http_requests_total", "haproxy_frontend_sessions_total", "apache_accesses_total"],
        remedies: [Remedy("nginx", "collectors:\n  nginx: [{url: http://127.0.0.1/nginx_status}]")])

    private static let databases = [
        Remedy("MySQL, MariaDB", "collectors:\n  mysql: [{username: monitoring, password_file: secrets/mysql}]"),
        Remedy("PostgreSQL", "collectors:\n  postgresql: [{username: monitoring, password_file: secrets/postgresql}]"),
    ]

    private static let database = [
        CatalogueItem("whether it answers", .basics, metrics: ["mysql_up", "pg_up"], remedies: databases),
        CatalogueItem(
            "connections", .next, metrics: ["mysql_global_status_threads_connected", "pg_stat_activity_count"], remedies: databases),
        CatalogueItem(
            "waiting for locks", .next, metrics: ["mysql_global_status_innodb_row_lock_waits", "pg_locks_count"], remedies: databases),
    ]

    private static let caches = [
        Remedy("Redis", "collectors:\n  redis: [{address: 127.0.0.1:6379}]"),
        Remedy("memcached", "collectors:\n  memcached: [{address: 127.0.0.1:11211}]"),
    ]

    private static let cache = [
        CatalogueItem("memory of the cache", .basics, metrics: ["redis_memory_used_bytes", "memcached_current_bytes"], remedies: caches),
        CatalogueItem(
            "what gave way", .next, metrics: ["redis_evicted_keys_total", "memcached_items_evicted_total"], remedies: caches),
        CatalogueItem(
            "refused connections", .next, metrics: ["redis_rejected_connections_total", "memcached_connections_rejected_total"],
            remedies: caches),
    ]

    private static let nameServers = [
        Remedy("Unbound", "collectors:\n  unbound: [{address: /run/unbound.ctl}]"),
        Remedy("BIND", "collectors:\n  bind: [{url: http://127.0.0.1:8053}]"),
        Remedy("Knot DNS", "collectors:\n  knot: [{address: /run/knot/knot.sock}]"),
    ]

    private static let names = [
        CatalogueItem(
            "queries", .basics,
            metrics: ["unbound_queries_total", "bind_incoming_queries_total", "knot_stats_server_operation_total"],
            remedies: nameServers),
        CatalogueItem(
            "failed answers", .next,
            metrics: ["unbound_answer_rcodes_total", "bind_response_rcodes_total", "knot_stats_response_code_total"],
            remedies: nameServers),
    ]

    private static let answers = CatalogueItem(
        "right answers", .next, metrics: ["dns_correct"],
        remedies: [
            Remedy("", "collectors:\n  resolvers: [{address: \"127.0.0.1:53\", queries: [{name: example.net, type: MX}]}]")
        ])

    private static let filter = [
        CatalogueItem(
            "scans", .basics, metrics: ["rspamd_scanned_total", "clamav_threads_live"],
            remedies: [
                Remedy("Rspamd", "collectors:\n  rspamd: [{url: http://127.0.0.1:11334/metrics}]"),
                Remedy("ClamAV", "collectors:\n  clamav: [{address: /run/clamav/clamd.ctl}]"),
            ]),
        CatalogueItem(
            "age of signatures", .next, metrics: ["clamav_database_timestamp_seconds"],
            remedies: [Remedy("ClamAV", "collectors:\n  clamav: [{address: /run/clamav/clamd.ctl}]")]),
    ]
}
