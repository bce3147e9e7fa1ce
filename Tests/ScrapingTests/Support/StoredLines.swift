import ExpositionFormat
import PostwatchModel

/// A request as text: one line for each sample, `name{label="value"} value @time`, in its order.
enum StoredLines {
    static func of(_ request: [UInt8]) throws -> [String] {
        try RemoteWriteRequest(decoding: request).series.flatMap { series in
            let labels = LabelSet(series.labels.map { ($0.name, $0.value) })
            // Only labels in their canonical form are read fast by the store.
            let bytes = series.labels.reduce(into: [UInt8]()) { bytes, label in
                let content = LabelBytes.content(name: label.name, value: label.value)
                bytes.append(0x0A)
                var rest = content.count
                while rest >= 0x80 {
                    bytes.append(UInt8(rest & 0x7F) | 0x80)
                    rest >>= 7
                }
                bytes.append(UInt8(rest))
                bytes += content
            }
            precondition(bytes == labels.bytes, "labels are sorted, and each is there once")
            return series.points.map { point in
                "\(labels) \(Sample.isStaleMarker(point.value) ? "stale" : "\(point.value)") @\(point.timestamp)"
            }
        }
    }
}
