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

    private static let transfer = [
        CatalogueItem(
            "queue depth", .basics, metrics: ["postfix_showq_queue_depth", "exim_queue"],
            remedies: [Remedy("Postfix", "collectors:\n  postfix: [{queue_directory: /var/spool/postfix}]")]),
        CatalogueItem(
            "queue age", .basics, metrics: ["postfix_showq_message_age_seconds_count", "exim_queue_oldest_seconds"],
            remedies: [Remedy("Postfix", "collectors:\n  postfix: [{queue_directory: /var/spool/postfix}]")]),
        CatalogueItem(
            "deliveries by outcome", .next, metrics: ["postfix_smtp_messages_processed_total", "postfix_lmtp_messages_processed_total"],
            remedies: [log]),
        CatalogueItem(
            "delay by stage", .next,
            metrics: ["postfix_smtp_delivery_delay_seconds_count", "postfix_lmtp_delivery_delay_seconds_count"], remedies: [log]),
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
        remedies: [Remedy("Postfix, Dovecot", "collectors:\n  mail_logs: [{path: /var/log/mail.log}]")])

    private static let dovecot = Remedy(
        "Dovecot", "scrape_configs:\n  - job_name: dovecot\n    static_configs: [{targets: [\"127.0.0.1:9900\"]}]")

    private static let sessions = CatalogueItem(
        "sessions", .basics,
        metrics: [
            "dovecot_imap_session_finished_total", "dovecot_proxy_session_established_total", "cyrus_imap_active_connections",
            "haproxy_backend_current_sessions",
        ],
        remedies: [dovecot, Remedy("HAProxy", "collectors:\n  haproxy: [{address: /run/haproxy/admin.sock}]")])

    private static let commands = CatalogueItem(
        "how long commands take", .next,
        metrics: ["dovecot_imap_command_finished_duration_seconds_total", "dovecot_imap_command_duration_seconds_total"],
        remedies: [dovecot])

    private static let web = CatalogueItem(
        "requests", .basics, metrics: ["nginx_http_requests_total", "haproxy_frontend_sessions_total", "apache_accesses_total"],
        remedies: [Remedy("nginx", "collectors:\n  nginx: [{url: http://127.0.0.1/nginx_status}]")])

    private static let database = [
        CatalogueItem(
            "whether it answers", .basics, metrics: ["mysql_up", "pg_up"],
            remedies: [
                Remedy("MySQL, MariaDB", "scrape_configs:\n  - job_name: mysql\n    static_configs: [{targets: [\"127.0.0.1:9104\"]}]"),
                Remedy("PostgreSQL", "scrape_configs:\n  - job_name: postgresql\n    static_configs: [{targets: [\"127.0.0.1:9187\"]}]"),
            ]),
        CatalogueItem(
            "connections", .next, metrics: ["mysql_global_status_threads_connected", "pg_stat_activity_count"],
            remedies: [
                Remedy("MySQL, MariaDB", "scrape_configs:\n  - job_name: mysql\n    static_configs: [{targets: [\"127.0.0.1:9104\"]}]"),
                Remedy("PostgreSQL", "scrape_configs:\n  - job_name: postgresql\n    static_configs: [{targets: [\"127.0.0.1:9187\"]}]"),
            ]),
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

    private static let names = [
        CatalogueItem(
            "queries", .basics, metrics: ["unbound_queries_total", "bind_incoming_queries_total", "knot_server_requests_total"],
            remedies: [Remedy("Unbound", "collectors:\n  unbound: [{address: /run/unbound.ctl}]")]),
        CatalogueItem(
            "failed answers", .next, metrics: ["unbound_answer_rcodes_total", "bind_responses_total"],
            remedies: [Remedy("Unbound", "collectors:\n  unbound: [{address: /run/unbound.ctl}]")]),
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
                Remedy(
                    "Rspamd",
                    "scrape_configs:\n  - job_name: rspamd\n    static_configs: [{targets: [\"127.0.0.1:11334\"]}]"),
                Remedy("ClamAV", "collectors:\n  clamav: [{address: /run/clamav/clamd.ctl}]"),
            ]),
        CatalogueItem(
            "age of signatures", .next, metrics: ["clamav_database_timestamp_seconds"],
            remedies: [Remedy("ClamAV", "collectors:\n  clamav: [{address: /run/clamav/clamd.ctl}]")]),
    ]
}
