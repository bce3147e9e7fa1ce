extension FamilyList {
    /// Everything that is counted of Postfix. Where exporters have names for it, these are theirs; what they mean is what is counted.
    mutating func add(_ postfix: PostfixAccount) {
        let counters = postfix.counters
        addSessions(counters)
        addRefusals(counters)
        addQueue(counters)
        addDeliveries(counters)
        addConnections(counters)
        addDaemons(counters)
        addLedger(postfix.ledger, "postfix")
    }

    /// The account of single messages, of one server.
    mutating func addLedger(_ ledger: MessageLedger, _ server: String) {
        counter("\(server)_messages_accepted_total", "Messages that the server took.", ledger.accepted)
        counter("\(server)_messages_adopted_total", "Messages that were there before the log began.", ledger.adopted)
        counter("\(server)_messages_refused_total", "Messages that were begun and not taken.", ledger.refused)
        self.counters("\(server)_messages_ended_total", "Messages that left the queue, by how.", "outcome", ledger.outcomes)
        add(
            "\(server)_messages_in_flight", .gauge, "Messages that the log says are in the queue, by where they stand.",
            LedgerEntry.Phase.allCases.map { Self.point([Label("state", $0.label)], ledger.phases[$0]) })
    }

    // MARK: - Private

    private mutating func addSessions(_ counters: PostfixCounters) {
        counter("postfix_smtpd_connects_total", "Connections that smtpd took.", counters.sessions[.connect])
        counter("postfix_smtpd_disconnects_total", "Connections of smtpd that ended.", counters.sessions[.disconnect])
        let stages = SessionStage.allCases
        add(
            "postfix_smtpd_connections_lost_total", .counter, "Sessions of smtpd that were cut off, by the command before.",
            stages.map { Self.point([Label("after_stage", $0.label)], counters.losses[.lost, $0]) })
        add(
            "postfix_smtpd_connections_timed_out_total", .counter,
            "Sessions of smtpd that were silent for too long, by the command before.",
            stages.map { Self.point([Label("after_stage", $0.label)], counters.losses[.timeout, $0]) })
        let errors: [SessionEvent] = [
            .tooManyErrors, .handshakeFailure, .rateLimited, .concurrencyLimited, .pipelining, .nonSMTPCommand, .badAddress, .sizeLimit,
        ]
        add(
            "postfix_smtpd_session_errors_total", .counter, "What went wrong in sessions of smtpd.",
            errors.map { Self.point([Label("error", $0.label)], counters.sessions[$0]) })
        self.counters(
            "postfix_smtpd_commands_total", "Commands of clients, as counted at the end of their sessions.", ("command", "result"),
            counters.commands)
        counter(
            "postfix_smtpd_forward_confirmed_reverse_dns_errors_total", "Clients whose name does not lead back to their address.",
            counters.sessions[.reverseNameError])
        self.counters(
            "postfix_smtpd_messages_processed_total", "Messages that clients began to hand in, by how they signed in.", "sasl_method",
            counters.clients)
        counter(
            "postfix_smtpd_sasl_authentication_failures_total", "Sign-ins that smtpd refused.", counters.loginFailures.total)
        self.counters(
            "postfix_smtpd_sasl_authentication_failures_by_method_total", "Sign-ins that smtpd refused, by method.", "sasl_method",
            counters.loginFailures)
        addTLS("postfix_smtpd_tls_connections_total", "Encrypted connections of smtpd.", counters.tlsIn)
    }

    private mutating func addRefusals(_ counters: PostfixCounters) {
        self.counters(
            "postfix_smtpd_messages_rejected_total", "Commands that smtpd refused, by the code of the reply.", "code", counters.rejectCodes,
            of: .smtpd)
        self.counters("postfix_rejects_total", "Refusals by service and class.", ("service", "class"), counters.rejects)
        self.counters("postfix_rule_actions_total", "What rules and filters did, other than to refuse.", "action", counters.actions)
    }

    private mutating func addQueue(_ counters: PostfixCounters) {
        counter("postfix_cleanup_messages_processed_total", "Messages that cleanup took.", counters.cleanup[.processed])
        counter("postfix_cleanup_messages_rejected_total", "Messages that cleanup refused.", counters.cleanup[.rejected])
        counter(
            "postfix_cleanup_messages_not_accepted_total", "Messages that cleanup could not take.", counters.cleanup[.notAccepted])
        counter("postfix_pickup_messages_total", "Messages that programs of the host handed in.", counters.pickups)
        add(
            "postfix_qmgr_messages_inserted_recipients", .histogram, "Recipients of messages each time they came into the active queue.",
            [Point(labels: [], value: .histogram(counters.queuedRecipients.histogram))])
        add(
            "postfix_qmgr_messages_inserted_receipients", .histogram, "The same under the name that exporters gave it.",
            [Point(labels: [], value: .histogram(counters.queuedRecipients.histogram))])
        add(
            "postfix_qmgr_messages_inserted_size_bytes", .histogram, "Sizes of messages each time they came into the active queue.",
            [Point(labels: [], value: .histogram(counters.queuedSizes.histogram))])
        counter("postfix_qmgr_messages_removed_total", "Messages that the queue manager removed.", counters.queue[.removed])
        counter(
            "postfix_qmgr_messages_expired_total", "Messages that were given up after too many days.",
            counters.queue[.expired] + counters.queue[.forceExpired])
        counter("postfix_qmgr_messages_skipped_total", "Messages that were still being delivered.", counters.queue[.skipped])
        self.counters("postfix_postsuper_messages_total", "What administrators did to messages.", "action", counters.administration)
        counter("postfix_bounce_non_delivery_notification_total", "Notices of failure to senders.", counters.notices[.nonDelivery])
        self.counters("postfix_bounce_notifications_total", "Notices that bounce sent.", "kind", counters.notices)
    }

    private mutating func addDeliveries(_ counters: PostfixCounters) {
        self.counters("postfix_deliveries_total", "Tries for one recipient.", ("service", "status"), counters.deliveries)
        self.counters("postfix_deferrals_total", "Tries that were put off, by class.", ("service", "reason"), counters.deferrals)
        self.counters("postfix_bounces_total", "Recipients that were refused, by class.", ("service", "reason"), counters.bounces)
        self.counters(
            "postfix_deferred_messages_by_dsn_total", "Tries that were put off, by status code.", "dsn", counters.codes, of: .deferred)
        self.counters("postfix_bounced_messages_by_dsn_total", "Recipients refused, by status code.", "dsn", counters.codes, of: .bounced)
        add(
            "postfix_smtp_messages_processed_total", .counter, "Tries of the SMTP client.",
            DeliveryStatus.allCases.map { Self.point([Label("status", $0.label)], counters.deliveries[.smtp, $0]) })
        counter("postfix_smtp_status_deferred", "Tries of the SMTP client that were put off.", counters.deliveries[.smtp, .deferred])
        counter(
            "postfix_smtp_deferred_messages_total", "Tries of the SMTP client that were put off.", counters.deliveries[.smtp, .deferred])
        self.counters(
            "postfix_smtp_deferred_messages_by_dsn_total", "Tries of the SMTP client that were put off, by status code.", "dsn",
            counters.smtpCodes, of: .deferred)
        self.counters(
            "postfix_smtp_bounced_messages_by_dsn_total", "Recipients that servers refused, by status code.", "dsn", counters.smtpCodes,
            of: .bounced)
        counter("postfix_virtual_delivered_total", "Messages into mailboxes of virtual(8).", counters.deliveries[.virtual, .sent])
        addDelays(counters)
    }

    private mutating func addDelays(_ counters: PostfixCounters) {
        let stages = DeliveryStage.allCases
        let final = "of deliveries with a final status, by stage."
        add(
            "postfix_delivery_delay_seconds", .histogram, "Delay \(final)",
            DeliveryAgent.measured.flatMap { agent in
                DeliveryAttempt.allCases.flatMap { attempt in
                    stages.map { stage in
                        let row = PostfixCounters.row(agent, attempt, Int(stage.rawValue))
                        return Point(
                            labels: [Label("service", agent.label), Label("attempt", attempt.label), Label("stage", stage.label)],
                            value: .histogram(counters.delays.histogram(rows: [row])))
                    }
                }
            })
        for agent in [DeliveryAgent.smtp, .lmtp] {
            add(
                "postfix_\(agent.label)_delivery_delay_seconds", .histogram, "Delay \(final)",
                stages.map { stage in
                    let rows = DeliveryAttempt.allCases.map { PostfixCounters.row(agent, $0, Int(stage.rawValue)) }
                    return Point(
                        labels: [Label("stage", stage.label)], value: .histogram(counters.delays.histogram(rows: rows)))
                })
        }
        add(
            "postfix_pipe_delivery_delay_seconds", .histogram, "Delay \(final)",
            (0..<counters.pipes.names.count).flatMap { number in
                stages.map { stage in
                    Point(
                        labels: [Label("relay", counters.pipes.names.name(number)), Label("stage", stage.label)],
                        value: .histogram(counters.pipeDelays.histogram(rows: [number * 4 + Int(stage.rawValue)])))
                }
            })
    }

    private mutating func addConnections(_ counters: PostfixCounters) {
        counter("postfix_smtp_connection_timed_out_total", "Servers that did not answer in time.", counters.failures[.smtp, .timedOut])
        for agent in [DeliveryAgent.smtp, .lmtp] {
            add(
                "postfix_\(agent.label)_connection_failures_total", .counter, "Servers not reached, or lost.",
                ConnectionFailure.allCases.map { Self.point([Label("reason", $0.label)], counters.failures[agent, $0]) })
        }
        addTLS("postfix_smtp_tls_connections_total", "Encrypted connections to other servers.", counters.tlsOut)
        addTLS("postfix_lmtp_tls_connections_total", "Encrypted connections to mail stores.", counters.tlsStore)
        self.counters("postfix_postscreen_events_total", "What postscreen says of clients.", "event", counters.screening)
        self.counters(
            "postfix_postscreen_rejects_by_code_total", "Refusals of postscreen, by the code of the reply.", "code", counters.rejectCodes,
            of: .postscreen)
    }

    private mutating func addTLS(_ name: String, _ help: String, _ named: NamedCounters<TLSTrust>) {
        // Different texts may say the same of a connection: they are one point.
        var sums: [[Label]: UInt64] = [:]
        for number in 0..<named.names.count {
            let labels = Self.cipher(named.names.name(number))
            for trust in TLSTrust.allCases { sums[[Label("trust", trust.label)] + labels, default: 0] += named[number, trust] }
        }
        let points = sums.map { Self.point($0.key, $0.value) }
        add(name, .counter, help, points.sorted { $0.labels.map(\.value).lexicographicallyPrecedes($1.labels.map(\.value)) })
    }

    /// `TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256` as labels.
    private static func cipher(_ text: String) -> [Label] {
        let words = text.split(separator: " ")
        guard words.count == 5 else {
            return ["protocol", "cipher", "secret_bits", "algorithm_bits"].map { Label($0, NameTable.other) }
        }
        let bits = words[4].dropFirst().split(separator: "/", maxSplits: 1)
        return [
            Label("protocol", String(words[0])), Label("cipher", String(words[3])), Label("secret_bits", String(bits.first ?? "")),
            Label("algorithm_bits", String(bits.dropFirst().first ?? "")),
        ]
    }

    private mutating func addDaemons(_ counters: PostfixCounters) {
        let levels = counters.levels
        add(
            "postfix_log_problems_total", .counter, "Lines that are more than information.",
            (0..<levels.names.count).flatMap { number in
                LogLevel.allCases.dropFirst().map {
                    Self.point([Label("service", levels.names.name(number)), Label("level", $0.label)], levels[number, $0])
                }
            })
        let unsupported = counters.unsupported
        add(
            "postfix_unsupported_log_entries_total", .counter, "Lines that were not understood.",
            (0..<unsupported.names.count).map {
                Self.point([Label("service", unsupported.names.name($0)), Label("level", "info")], unsupported[$0, .info])
            })
        self.counters("postfix_master_events_total", "Starts, reloads and stops.", "event", counters.master)
        self.counters(
            "postfix_process_limit_reached_total", "How often a service had all of its processes busy.", "service", counters.processLimits,
            of: .warning)
    }
}
