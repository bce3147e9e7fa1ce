/// A line of a log with its header taken apart.
struct LogLine {
    /// When it was written, in seconds since 1970-01-01T00:00:00Z; 0 when its time makes no sense.
    let seconds: Int64
    let host: LogBytes
    /// The name of the program, without its process number: `postfix/smtpd`.
    let tag: LogBytes
    /// Behind `tag[pid]: `.
    let message: LogBytes
}
