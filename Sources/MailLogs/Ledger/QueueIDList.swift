/// The ids of all messages in the queues of one instance, as a listing has them.
public struct QueueIDList: Sendable {
    /// More are not kept: a ledger does not hold as many messages.
    public static let limit = 1_000_000

    private(set) var ids: [QueueID] = []
    /// Whether there were more than are kept: then nothing can be said of what is absent.
    public private(set) var isCut = false

    public init() {}

    public init(_ texts: some Sequence<String>) {
        for text in texts { Array(text.utf8).withUnsafeBytes { append($0) } }
    }

    /// Adds an id. What is none is passed over.
    public mutating func append(_ text: UnsafeRawBufferPointer) {
        guard let start = text.baseAddress, let id = QueueID(LogBytes(start: start, count: text.count)) else { return }
        if ids.count < Self.limit {
            ids.append(id)
        } else {
            isCut = true
        }
    }
}
