/// The commands that smtpd counts at the end of a session.
enum SessionCommand: UInt8, LabelValue {
    case helo, ehlo, starttls, auth, mail, rcpt, data, bdat, rset, noop, quit, vrfy, etrn, xclient, xforward, unknown
    var label: String { "\(self)" }

    /// The name of up to `=`; `nil` for the sum of all.
    @inline(__always)
    static func read(_ text: LogBytes, _ start: Int, _ length: Int) -> SessionCommand? {
        switch (text[start], length) {
        case (UInt8(ascii: "e"), 4): text[start &+ 1] == UInt8(ascii: "h") ? .ehlo : .etrn
        case (UInt8(ascii: "m"), 4): .mail
        case (UInt8(ascii: "r"), 4): text[start &+ 1] == UInt8(ascii: "c") ? .rcpt : .rset
        case (UInt8(ascii: "d"), 4): .data
        case (UInt8(ascii: "q"), 4): .quit
        case (UInt8(ascii: "c"), 8): nil
        case (UInt8(ascii: "h"), 4): .helo
        case (UInt8(ascii: "s"), 8): .starttls
        case (UInt8(ascii: "a"), 4): .auth
        case (UInt8(ascii: "b"), 4): .bdat
        case (UInt8(ascii: "n"), 4): .noop
        case (UInt8(ascii: "v"), 4): .vrfy
        case (UInt8(ascii: "x"), 7): .xclient
        case (UInt8(ascii: "x"), 8): .xforward
        default: .unknown
        }
    }
}
