import PostwatchModel

/// Many label sets as bytes, one behind the other in one array.
struct LabelArena: Sendable {
    /// Access without checks of ownership, inside of `withUnsafeBytes`.
    struct View {
        fileprivate let bytes: UnsafeRawBufferPointer
        fileprivate let ends: UnsafeBufferPointer<Int>

        var count: Int { ends.count }

        subscript(index: Int) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
        }
    }

    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    var count: Int { ends.count }

    mutating func reserve(count: Int, bytes: Int) {
        self.bytes.reserveCapacity(bytes)
        ends.reserveCapacity(count)
    }

    mutating func append(_ labels: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: labels)
        ends.append(bytes.count)
    }

    /// Adds one label set that `body` writes behind the bytes it is given.
    mutating func append(_ body: (inout [UInt8]) -> Void) {
        body(&bytes)
        ends.append(bytes.count)
    }

    /// Keeps the memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    subscript(index: Int) -> LabelSet {
        LabelSet(canonical: Array(bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]))
    }

    /// Whether each stands before the next one in the order of a day file.
    var isInOrder: Bool {
        withUnsafeBytes { view in
            (1..<max(1, view.count)).allSatisfy { LabelBytes.isOrdered(view[$0 - 1], before: view[$0]) }
        }
    }

    func withUnsafeBytes<Result>(_ body: (View) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { bytes in
            try ends.withUnsafeBufferPointer { try body(View(bytes: bytes, ends: $0)) }
        }
    }
}
