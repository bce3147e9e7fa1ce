extension PostfixAccount {
    /// Lines of postscreen. Source: Postfix, POSTSCREEN_README.
    mutating func takePostscreen(_ body: LogBytes) -> Bool {
        if body.hasPrefix("reject: ") {
            return takeScreeningReject(body.dropFirst(8))
        }
        if body.hasPrefix("cache ") || body.hasPrefix("close database") || body.hasPrefix("entering STRESS")
            || body.hasPrefix("leaving STRESS")
            || body.hasPrefix("table ") || body.hasPrefix("SKIP ") || body.hasPrefix("using backwards-compatible default")
        {
            return true
        }
        guard let event = Self.screeningEvents.first(where: { body.hasPrefix($0.0) })?.1 else { return false }
        counters.screening[event] += 1
        return true
    }

    // MARK: - Private

    private static let screeningEvents: [(StaticString, ScreeningEvent)] = [
        ("CONNECT from ", .connect), ("PASS NEW ", .passNew), ("PASS OLD ", .passOld), ("DISCONNECT ", .disconnect),
        ("DNSBL rank ", .dnsbl),
        ("HANGUP after ", .hangup), ("PREGREET ", .pregreet), ("ALLOWLISTED ", .allowlisted), ("WHITELISTED ", .allowlisted),
        ("DENYLISTED ", .denylisted), ("BLACKLISTED ", .denylisted), ("ALLOWLIST VETO ", .allowlistVeto),
        ("WHITELIST VETO ", .allowlistVeto), ("COMMAND PIPELINING ", .pipelining), ("NON-SMTP COMMAND ", .nonSMTPCommand),
        ("BARE NEWLINE ", .bareNewline), ("COMMAND TIME LIMIT ", .commandTimeLimit), ("COMMAND COUNT LIMIT ", .commandCountLimit),
        ("COMMAND LENGTH LIMIT ", .commandLengthLimit), ("DATA without valid RCPT ", .dataWithoutRecipient),
        ("BDAT without valid RCPT ", .dataWithoutRecipient),
    ]

    private mutating func takeScreeningReject(_ text: LogBytes) -> Bool {
        counters.screening[.reject] += 1
        if text.hasSuffix("too many connections") { counters.screening[.tooManyConnections] += 1 }
        if text.hasSuffix("all server ports busy") || text.hasSuffix("all screening ports busy") { counters.screening[.allPortsBusy] += 1 }
        countReject(text, by: .postscreen)
        return true
    }
}
