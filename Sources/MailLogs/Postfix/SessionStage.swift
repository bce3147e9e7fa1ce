/// After what a session was cut off.
enum SessionStage: UInt8, LabelValue {
    case connect, helo, ehlo, starttls, auth, mail, rcpt, data, bdat, endOfMessage, rset, noop, quit, vrfy, xclient, unknown

    var label: String { self == .endOfMessage ? "END-OF-MESSAGE" : "\(self)".uppercased() }

    init(_ word: LogBytes) {
        let known: [(StaticString, SessionStage)] = [
            ("CONNECT", .connect), ("HELO", .helo), ("EHLO", .ehlo), ("STARTTLS", .starttls), ("AUTH", .auth), ("MAIL", .mail),
            ("RCPT", .rcpt), ("DATA", .data), ("BDAT", .bdat), ("END-OF-MESSAGE", .endOfMessage), ("RSET", .rset), ("NOOP", .noop),
            ("QUIT", .quit), ("VRFY", .vrfy), ("XCLIENT", .xclient),
        ]
        self = known.first { word.equals($0.0) }?.1 ?? .unknown
    }
}
