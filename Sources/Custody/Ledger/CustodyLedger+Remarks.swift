import PostwatchModel

extension CustodyLedger {
    /// `deferred twice: connection refused by mailstore-2.example.test:24`; `nil` when it never was.
    static func deferred(_ transit: Transit) -> String? {
        guard let last = transit.attempts.last(where: { $0.status == .deferred }) else { return nil }
        let final = transit.attempts.filter { $0.status != .deferred }.count
        return "deferred \(times(max(1, transit.attemptCount - final))): \(reason(last))"
    }

    /// Why a message is still there.
    static func remark(onStay transit: Transit) -> String {
        if let heldAt = transit.heldAt, transit.releasedAt.map({ $0 < heldAt }) ?? true { return "held" }
        if let last = transit.attempts.last, last.status == .bounced { return "bounced: \(reason(last))" }
        return deferred(transit) ?? "still there"
    }

    /// Says that the next hop was busy taking the message in for most of a stretch of a second or more.
    static func remark(onTakingBy node: String, from: Double, until: Double, of spent: Double) -> String? {
        guard spent >= 1, until - from >= spent / 2 else { return nil }
        return "while \(node) took it in"
    }

    static func to(_ attempt: Transit.Attempt) -> String? {
        attempt.relay.isEmpty || attempt.relay == "none" ? nil : "to \(place(attempt.relay))"
    }

    /// The words of a failed try, shorter: `connect to a[192.0.2.1]:24: Connection refused` is `connection refused by a:24`.
    static func reason(_ attempt: Transit.Attempt) -> String {
        var text = attempt.reply
        if text.hasPrefix("connect to ") {
            let rest = text.dropFirst("connect to ".count)
            if let end = rest.range(of: ": ") {
                let cause = rest[end.upperBound...]
                return "\(cause.prefix(1).lowercased())\(cause.dropFirst()) by \(place(String(rest[..<end.lowerBound])))"
            }
        }
        if text.isEmpty { text = "no reason given" }
        return text.count > longestReason ? "\(text.prefix(longestReason))…" : text
    }

    // MARK: - Private

    private static let longestReason = 120

    private static func times(_ count: Int) -> String {
        switch count {
        case 1: "once"
        case 2: "twice"
        default: "\(count) times"
        }
    }

    /// `a:24` of `a[192.0.2.1]:24`.
    private static func place(_ relay: String) -> String {
        guard let open = relay.firstIndex(of: "["), let close = relay[open...].firstIndex(of: "]"), open > relay.startIndex else {
            return relay
        }
        return String(relay[..<open] + relay[relay.index(after: close)...])
    }
}
