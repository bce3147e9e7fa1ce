/// A way in which a server fails its user.
enum Fault: String, CaseIterable, Sendable {
    /// It does not know the password; where a wrong one must be refused: it takes it.
    case wrongPassword
    case expiredCertificate
    /// Its port swallows packets.
    case blackHole
    /// It takes the connection and says nothing from some moment on.
    case silence
    /// It hangs up in the middle of a reply or of a literal.
    case brokenOff
    /// It says no in the words of its protocol: 421, NO, BAD, BYE, -ERR, 503, SERVFAIL.
    case refusal
    /// It sends a line that has no end.
    case oversizeLine
}
