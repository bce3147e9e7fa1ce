/// What the contents of reports may hold: a stranger's may have any size.
enum ReportBounds {
    /// Bytes of a name.
    static let longestName = 512
    /// Bytes of a sentence.
    static let longestText = 2048
    /// Elements of a list.
    static let mostParts = 100
    private static let longestDuration = Duration.seconds(30 * 86_400)

    /// Bytes of a name of a message, a hop, a mailbox: a host name with an address and a port.
    static let longestPlace = 320
    /// Bytes of what a server said of a message: agents send 300 characters at most.
    static let longestReply = 1280
    /// Bytes of what a log says that a server said; agents send 200 at most.
    static let longestLoggedReply = 512
    /// Steps of a message's way, and hops.
    static let mostHops = 32

    /// Whether a name or a sentence is short enough, and one that may be shown: without control characters, each of which is six bytes in
    /// a record.
    static func isPrintable(_ text: String, atMost limit: Int) -> Bool {
        text.utf8.count <= limit && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }

    static func isPlace(_ text: String) -> Bool { isPrintable(text, atMost: longestPlace) }

    static func isName(_ text: String) -> Bool { text.utf8.count <= longestName }
    static func isDuration(_ duration: Duration) -> Bool { duration >= .zero && duration <= longestDuration }
}
