import ExpositionFormat
import PostwatchModel

/// What the comments of a target's pages say of its metric families, and the comment lines themselves, so that a usual page's comments
/// are compared, not read.
struct KnownComments {
    private var bytes: [UInt8] = []
    /// Of `bytes`, without line ends, in the order of the page.
    private var lines: [Range<Int>] = []
    private var expected = 0
    /// The lines of the page at hand are noted, since those of the page before did not fit.
    private var isLearning = true
    private var isSurprised = false
    private var families: [String: MetricMetadata] = [:]
    /// Families whose metadata are to be sent.
    private(set) var news: Set<String> = []

    /// A new page begins.
    mutating func beginPage() {
        expected = 0
        isLearning = isSurprised || lines.isEmpty
        isSurprised = false
        if isLearning {
            lines = []
            bytes = []
        }
    }

    /// Passes over comments that stand where they stood on the page before.
    @inline(__always)
    mutating func skip(in text: inout ExpositionText) {
        if isLearning { return }
        while expected < lines.count, text.isAtComment {
            let line = lines[expected]
            guard bytes.withUnsafeBytes({ text.skipComment(UnsafeRawBufferPointer(rebasing: $0[line])) }) else { return }
            expected += 1
        }
    }

    /// Notes a comment that was read.
    /// - Parameter line: all of it, with what stood before it and was passed over, without its end.
    mutating func take(_ comment: ExpositionLine.Comment, line: Range<Int>, in page: UnsafeRawBufferPointer) {
        isSurprised = !isLearning
        if isLearning {
            lines.append(bytes.count..<(bytes.count + line.count))
            bytes += page[line]
        }
        let family = String(decoding: ExpositionLabels.unescaped(Self.part(page, comment.family)), as: UTF8.self)
        var metadata = families[family] ?? MetricMetadata()
        let text = String(decoding: ExpositionLabels.unescaped(Self.part(page, comment.text)), as: UTF8.self)
        switch comment.topic {
        case .help: metadata.help = text
        case .unit: metadata.unit = text
        case .type: metadata.kind = MetricMetadata.Kind(rawValue: text.lowercased().trimmingSuffix { $0 == " " }) ?? .unknown
        }
        note(metadata, of: family)
    }

    /// Notes what is known of a family.
    mutating func note(_ metadata: MetricMetadata, of family: String) {
        guard families[family] != metadata else { return }
        families[family] = metadata
        news.insert(family)
    }

    /// Writes the news; they stay news until `settle`.
    func writeNews(to writer: inout RequestWriter) {
        for family in news.sorted() {
            if let metadata = families[family] { writer.metadata(family, metadata) }
        }
    }

    /// The news have been stored.
    mutating func settle() {
        news = []
    }

    // MARK: - Private

    private static func part(_ page: UnsafeRawBufferPointer, _ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: page[range])
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var text = String(self)
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}
