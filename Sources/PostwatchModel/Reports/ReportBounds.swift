/// What the contents of reports may hold: a stranger's may have any size.
enum ReportBounds {
    /// Bytes of a name.
    static let longestName = 512
    /// Bytes of a sentence.
    static let longestText = 2048
    /// Elements of a list.
    static let mostParts = 100
    private static let longestDuration = Duration.seconds(30 * 86_400)

    static func isName(_ text: String) -> Bool { text.utf8.count <= longestName }
    static func isDuration(_ duration: Duration) -> Bool { duration >= .zero && duration <= longestDuration }
}
