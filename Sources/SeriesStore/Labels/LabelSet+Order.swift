import PostwatchModel

/// The order of series in a day file: by metric name, then by label bytes, both as unsigned bytes.
extension LabelBytes {
    static func isOrdered(_ left: UnsafeRawBufferPointer, before right: UnsafeRawBufferPointer) -> Bool {
        let metrics = compare(metricName(in: left), metricName(in: right))
        return metrics == 0 ? compare(left, right) < 0 : metrics < 0
    }
}

extension LabelSet {
    func isOrdered(before other: LabelSet) -> Bool {
        bytes.withUnsafeBytes { own in other.bytes.withUnsafeBytes { LabelBytes.isOrdered(own, before: $0) } }
    }
}
