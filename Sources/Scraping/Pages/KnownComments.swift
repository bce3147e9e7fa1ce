import ExpositionFormat
import PostwatchModel

/// What the comments of a target's pages say of its metric families, and the comment lines themselves, so that a usual page's comments
/// are compared, not read.
struct KnownComments {
    /// How many bytes of names and texts are kept of one target's families. A usual page has a tenth of that; what goes beyond is still
    /// scraped, only without metadata.
    static let textLimit = 1 << 20

    private struct Family {
        var metadata: MetricMetadata
        /// The page that spoke of it last, of those that were noted as a whole.
        var page: UInt32
    }

    private var bytes: [UInt8] = []
    /// Of `bytes`, without line ends, in the order of the page.
    private var lines: [Range<Int>] = []
    private var expected = 0
    /// The lines of the page at hand are noted, since those of the page before did not fit.
    private var isLearning = true
    private var isSurprised = false
    private var families: [String: Family] = [:]
    /// Of `families`, in bytes.
    private var textBytes = 0
    private var page: UInt32 = 0
    /// Families whose metadata are to be sent.
    private(set) var news: Set<String> = []

    /// What the last pages said of each family that they held.
    var metadata: [String: MetricMetadata] { families.mapValues(\.metadata) }

    /// A new page begins.
    mutating func beginPage() {
        expected = 0
        isLearning = isSurprised || lines.isEmpty
        isSurprised = false
        page &+= 1
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
        var metadata = families[family]?.metadata ?? MetricMetadata()
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
        let old = families[family]
        if old?.metadata == metadata {
            families[family]?.page = page
            return
        }
        let more = Self.size(family, metadata) - (old.map { Self.size(family, $0.metadata) } ?? 0)
        guard textBytes + more <= Self.textLimit else { return }
        textBytes += more
        families[family] = Family(metadata: metadata, page: page)
        news.insert(family)
    }

    /// The page was read as a whole. Families of which it did not speak are forgotten: names that change with every page must not fill
    /// the memory.
    mutating func endPage() {
        // A page whose comments were compared, or met with a surprise in the middle, was not noted as a whole.
        guard isLearning else {
            // The last comments are gone: the next page is noted anew.
            if expected < lines.count { isSurprised = true }
            return
        }
        for (family, known) in families where known.page != page {
            textBytes -= Self.size(family, known.metadata)
            families[family] = nil
            news.remove(family)
        }
    }

    /// Writes the news; they stay news until `settle`.
    func writeNews(to writer: inout RequestWriter) {
        for family in news.sorted() {
            if let known = families[family] { writer.metadata(family, known.metadata) }
        }
    }

    /// The news have been stored.
    mutating func settle() {
        news = []
    }

    // MARK: - Private

    private static func size(_ family: String, _ metadata: MetricMetadata) -> Int {
        // The rest is what a dictionary needs for an entry, about.
        family.utf8.count + metadata.help.utf8.count + metadata.unit.utf8.count + 100
    }

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
