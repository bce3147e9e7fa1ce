/// What a line of Exim says of a message, by the sign behind its id. Source: Exim specification, chapter 53, "Log files".
enum EximFlag: UInt8, LabelValue {
    case arrived, delivered, additional, cutthrough, suppressed, deferred, failed, completed
    var label: String { "\(self)" }

    init?(_ sign: LogBytes) {
        let known: [(StaticString, EximFlag)] = [
            ("<= ", .arrived), ("=> ", .delivered), ("-> ", .additional), (">> ", .cutthrough), ("*> ", .suppressed), ("== ", .deferred),
            ("** ", .failed), ("Completed", .completed),
        ]
        guard let found = known.first(where: { sign.hasPrefix($0.0) }) else { return nil }
        self = found.1
    }
}
