/// The metric families of a remote-write 2.0 request whose metadata are written already.
///
/// Remote write 2.0 sends metadata with every series, 1.0 once for each family. Most series are told apart by the reference to their
/// metric's name alone, without a look at the text.
struct RemoteWriteFamilies {
    /// A text inside the request, compared by its bytes.
    private struct Text: Hashable {
        let bytes: UnsafeRawBufferPointer

        static func == (left: Text, right: Text) -> Bool {
            left.bytes.elementsEqual(right.bytes)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(bytes: bytes)
        }
    }

    private static let metricNameLabel = Array("__name__".utf8)
    private let symbols: RemoteWriteSymbols
    /// Whether the symbol is the name of a metric whose family was entered.
    private var isEntered: [Bool]
    private var entered: Set<Text> = []

    init(symbols: RemoteWriteSymbols) {
        self.symbols = symbols
        isEntered = Array(repeating: false, count: symbols.count)
    }

    /// The reference to the metric's name among label references without fault; `nil` when there is none or it was entered.
    func unseenName(of references: [UInt32]) -> UInt32? {
        for index in stride(from: 0, to: references.count, by: 2)
        where symbols[references[index]].elementsEqual(Self.metricNameLabel) {
            let name = references[index + 1]
            return isEntered[Int(name)] ? nil : name
        }
        return nil
    }

    /// Remembers a metric. Returns the name of its family when that is new.
    mutating func enter(_ name: UInt32, type: UInt64) -> UnsafeRawBufferPointer? {
        isEntered[Int(name)] = true
        let family = Self.family(of: symbols[name], type: type)
        return entered.insert(Text(bytes: family)).inserted ? family : nil
    }

    // MARK: - Private

    /// The series of a classic histogram or a summary share the metadata of their family.
    private static func family(of metric: UnsafeRawBufferPointer, type: UInt64) -> UnsafeRawBufferPointer {
        let suffixes: [StaticString] =
            switch type {
            case 3: ["_bucket", "_count", "_sum"]
            case 4: ["_bucket", "_gcount", "_gsum"]
            case 5: ["_count", "_sum"]
            default: []
            }
        for suffix in suffixes where metric.count > suffix.utf8CodeUnitCount {
            let stem = metric.count - suffix.utf8CodeUnitCount
            let isFound = suffix.withUTF8Buffer { metric[stem...].elementsEqual($0) }
            if isFound { return UnsafeRawBufferPointer(rebasing: metric[..<stem]) }
        }
        return metric
    }
}
