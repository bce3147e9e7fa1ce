import PostwatchModel

/// Label sets as bytes: a count, then name and value of each label, sorted by name. Equal sets give equal bytes.
enum LabelCoding {
    static func encode(_ labels: LabelSet, into writer: inout ByteWriter) {
        writer.append(varint: UInt64(labels.labels.count))
        for label in labels.labels {
            writer.append(text: label.name)
            writer.append(text: label.value)
        }
    }

    static func decode(_ reader: inout ByteReader) -> LabelSet? {
        guard let count = reader.count(ofAtLeast: 2) else { return nil }
        var labels: [LabelSet.Label] = []
        labels.reserveCapacity(count)
        for _ in 0..<count {
            guard let name = reader.text(), let value = reader.text() else { return nil }
            labels.append(LabelSet.Label(name: name, value: value))
        }
        return LabelSet(sorted: labels)
    }
}
