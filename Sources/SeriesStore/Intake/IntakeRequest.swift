import ExpositionFormat
import PostwatchModel

/// One remote-write request on its way through the store, with buffers that are used again for later ones.
///
/// Belongs to one task or thread at a time, which the intake hands on: unpacked and resolved by the writer's task, applied by the
/// journal's thread.
final class IntakeRequest: @unchecked Sendable {
    /// A native histogram, or what is wrong with it.
    struct Histogram {
        let series: Int
        let content: Result<HistogramPoint, HistogramFault>
    }

    /// The number of a series that is not stored.
    static let refused = UInt32.max

    private(set) var columns = RemoteWriteColumns()
    /// Those that can be read, with the index of their series.
    private(set) var exemplars: [(series: Int, exemplar: Exemplar)] = []
    /// Those of `columns`, unpacked.
    private(set) var histograms: [Histogram] = []
    /// Those that can be read.
    private(set) var metadata: [RemoteWriteMetadata] = []
    /// The number of each series of `columns`; `refused` for those that are left out.
    var numbers: ContiguousArray<UInt32> = []
    /// That of the memory which gave the numbers.
    var generation = 0
    private var content: UnsafeMutableRawBufferPointer
    private var contentCount = 0

    init() {
        content = .allocate(byteCount: 1 << 16, alignment: 16)
    }

    deinit {
        content.deallocate()
    }

    /// The protobuf bytes.
    var message: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: content[..<contentCount]) }

    /// How much memory it holds on to.
    var heldBytes: Int { content.count }

    /// Unpacks and scans. Throws `WriteRefusal.malformed` or `.tooLarge`.
    func take(_ body: RemoteWriteBody, limit: Int) throws(WriteRefusal) {
        switch body {
        case .snappy(let block):
            let result: Result<Void, WriteRefusal> = block.withUnsafeBytes { block in
                do throws(WriteRefusal) { return .success(try take(block: block, limit: limit)) } catch { return .failure(error) }
            }
            try result.get()
        case .plain(let bytes):
            guard bytes.count <= limit else { throw .tooLarge(bytes: bytes.count, limit: limit) }
            reserve(bytes.count)
            content.copyBytes(from: bytes)
            contentCount = bytes.count
            try scan()
        }
    }

    /// The same for a snappy block.
    func take(block: UnsafeRawBufferPointer, limit: Int) throws(WriteRefusal) {
        do throws(SnappyBlock.Fault) {
            let length = try SnappyBlock.contentLength(of: block, limit: limit)
            reserve(length)
            try SnappyBlock.decompress(block, into: UnsafeMutableRawBufferPointer(rebasing: content[..<length]))
            contentCount = length
        } catch {
            switch error {
            case .tooLarge(let bytes, let limit): throw .tooLarge(bytes: bytes, limit: limit)
            case .corrupt: throw .malformed(reason: error.description)
            }
        }
        try scan()
    }

    /// The label bytes of a series as the sender wrote them.
    @inline(__always)
    func labelBytes<Result>(of series: RemoteWriteColumns.Series, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if series.isGathered {
            return columns.gathered.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[series.labels])) }
        }
        return body(UnsafeRawBufferPointer(rebasing: message[series.labels]))
    }

    // MARK: - Private

    private func reserve(_ count: Int) {
        if content.count >= count { return }
        content.deallocate()
        content = .allocate(byteCount: count, alignment: 16)
    }

    private func scan() throws(WriteRefusal) {
        do throws(RemoteWriteFault) {
            try columns.scan(message)
        } catch {
            throw .malformed(reason: error.description)
        }
        metadata = columns.metadata.compactMap { try? RemoteWriteMetadata(decoding: part($0)) }
        histograms = columns.histograms.map { Histogram(series: $0.series, content: Self.histogram(part($0.message))) }
        exemplars = columns.exemplars.compactMap { attachment in
            guard let message = try? RemoteWriteExemplar(decoding: part(attachment.message)),
                Day.acceptedMilliseconds.contains(message.point.timestamp)
            else { return nil }
            let exemplar = Exemplar(
                labels: LabelSet(message.labels.map { ($0.name, $0.value) }),
                timestamp: Timestamp(milliseconds: message.point.timestamp), value: message.point.value)
            return (attachment.series, exemplar)
        }
    }

    private static func histogram(_ message: UnsafeRawBufferPointer) -> Result<HistogramPoint, HistogramFault> {
        guard let message = try? RemoteWriteHistogram(decoding: message) else { return .failure(.unreadable) }
        do throws(HistogramFault) {
            return .success(HistogramPoint(timestamp: message.timestamp, histogram: try NativeHistogram(checking: message)))
        } catch {
            return .failure(error)
        }
    }

    private func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: message[range])
    }
}
