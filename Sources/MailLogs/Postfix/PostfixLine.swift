/// One line of a program of Postfix.
struct PostfixLine {
    /// In seconds since 1970-01-01T00:00:00Z; 0 when the line does not say.
    let moment: UInt32
    /// The number of a `MailLogSource`.
    let source: UInt32
    let daemon: PostfixDaemon
    /// The name of the service, such as `smtpd` or `submission/smtpd`.
    let service: LogBytes
    let message: LogBytes
    /// From its first byte on.
    let whole: LogBytes
}
