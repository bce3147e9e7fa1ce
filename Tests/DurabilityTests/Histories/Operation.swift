import PostwatchModel

/// One step in the life of a store.
enum Operation: Sendable {
    case append([Sample])
    case select(Selection)
    case delete(Selection)
    case flush
    /// A bounded step of merging what flushes have written.
    case merge
    case compact
    /// Appended while a flush is under way; answered before that has ended.
    case appendDuringFlush([Sample])
    /// The clock moves so many seconds.
    case advance(Int64)
    /// Closed in order, without a flush, and opened again.
    case reopen
    /// Left as it lies, as a killed process leaves it, and opened again.
    case crash

    /// What is appended; `nil` for operations that append nothing. Setting it on those is our bug.
    var samples: [Sample]? {
        get {
            switch self {
            case .append(let samples), .appendDuringFlush(let samples): samples
            case .select, .delete, .flush, .merge, .compact, .advance, .reopen, .crash: nil
            }
        }
        set {
            switch self {
            case .append: self = .append(newValue ?? [])
            case .appendDuringFlush: self = .appendDuringFlush(newValue ?? [])
            case .select, .delete, .flush, .merge, .compact, .advance, .reopen, .crash: preconditionFailure("It appends nothing")
            }
        }
    }
}

extension Operation: CustomStringConvertible {
    /// Short, but exact: a failure is understood, and typed into a test of its own, from this line.
    var description: String {
        switch self {
        case .append(let samples): "append " + samples.map(Self.text).joined(separator: "; ")
        case .appendDuringFlush(let samples): "flush and append " + samples.map(Self.text).joined(separator: "; ")
        case .select(let selection): "select \(selection)"
        case .delete(let selection): "delete \(selection)"
        case .flush: "flush"
        case .merge: "merge"
        case .compact: "compact"
        case .advance(let seconds): "advance \(seconds) s"
        case .reopen: "close and reopen"
        case .crash: "abandon and reopen"
        }
    }

    private static func text(_ sample: Sample) -> String {
        // Reflected: a zero byte in a label must not end the report.
        "\(String(reflecting: "\(sample.labels)").prefix(80)) @\(sample.timestamp.milliseconds) = \(SampleBits(sample))"
    }
}
