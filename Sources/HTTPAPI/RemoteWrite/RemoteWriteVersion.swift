/// Which message a sender says that its body is.
/// Source: Prometheus Remote-Write 2.0 specification, "Content-Type"; RFC 9110, section 8.3.1.
enum RemoteWriteVersion: Hashable, Sendable {
    /// `prometheus.WriteRequest`.
    case one
    /// `io.prometheus.write.v2.Request`.
    case two

    /// What is understood, for those who send something else.
    static let offer = """
        send Content-Type application/x-protobuf;proto=prometheus.WriteRequest (remote write 1.0) \
        or application/x-protobuf;proto=io.prometheus.write.v2.Request (2.0)
        """

    /// `nil` for anything else. Without a type, or with one that names no message, it is 1.0: old senders do that, and Prometheus takes it.
    init?(contentType: String?) {
        var parts = (contentType ?? Self.mediaType).split(separator: ";", omittingEmptySubsequences: false).map { Self.trimmed($0) }
        guard parts.removeFirst().lowercased() == Self.mediaType else { return nil }
        self = .one
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1).map { Self.trimmed($0) }
            guard pair.count == 2, pair[0].lowercased() == "proto" else { continue }
            switch pair[1].trimming(while: { $0 == "\"" }) {
            case "prometheus.WriteRequest": self = .one
            case "io.prometheus.write.v2.Request": self = .two
            default: return nil
            }
        }
    }

    // MARK: - Private

    private static let mediaType = "application/x-protobuf"

    private static func trimmed(_ text: Substring) -> Substring {
        text.trimming(while: { $0 == " " || $0 == "\t" })
    }
}

extension Substring {
    /// Without the characters at both ends for which `isLeftOut` holds.
    fileprivate func trimming(while isLeftOut: (Character) -> Bool) -> Substring {
        var rest = drop(while: isLeftOut)
        while let last = rest.last, isLeftOut(last) { rest.removeLast() }
        return rest
    }
}
