extension FamilyList {
    /// Everything that is counted of Exim.
    mutating func add(_ exim: EximAccount) {
        counters("exim_messages_total", "Lines of the main log about messages, by what they say.", "flag", exim.flags)
        counters("exim_deferrals_total", "Tries that were put off, by class.", "reason", exim.deferrals)
        counters("exim_bounces_total", "Recipients that were refused, by class.", "reason", exim.bounces)
        counter("exim_reject_total", "Clients, senders, recipients and messages that were refused.", exim.rejects.total)
        counters("exim_rejects_by_class_total", "The same by class.", "class", exim.rejects)
        counters("exim_session_errors_total", "What went wrong with connections.", "error", exim.sessions)
        counters("exim_messages_received_total", "Messages that came in, by how the client signed in.", "method", exim.clients)
        counter("exim_panic_total", "Lines that say that Exim itself failed.", exim.panics)
        add(
            "exim_delivery_delay_seconds", .histogram, "Times that deliveries name: in the queue until then, and of the delivery itself.",
            EximDelay.allCases.map {
                Point(
                    labels: [Label("part", $0.label)], value: .histogram(exim.delays.histogram(rows: [Int($0.rawValue)])))
            })
        addLedger(exim.ledger, "exim")
    }
}
