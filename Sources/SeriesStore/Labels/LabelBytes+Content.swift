extension LabelBytes.Pair {
    /// Reads a pair from its content.
    init?(content: UnsafeRawBufferPointer) {
        var fields = BlobReader(content)
        guard fields.byte() == 0x0A, let name = fields.sized(), fields.byte() == 0x12, let value = fields.sized() else { return nil }
        self.init(name: name, value: value)
    }

    /// Name and value with their tags and lengths, as they stand inside of the label's message: the pair as one key.
    var content: UnsafeRawBufferPointer {
        guard let name = name.baseAddress, let value = value.baseAddress else { return self.name }
        let start = name - 1 - Varint.size(UInt64(self.name.count))
        return UnsafeRawBufferPointer(start: start, count: value - start + self.value.count)
    }
}

extension LabelBytes {
    /// The content of one pair.
    static func content(name: String, value: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var (name, value) = (name, value)
        name.withUTF8 { name in
            value.withUTF8 { value in
                append(name: UnsafeRawBufferPointer(name), value: UnsafeRawBufferPointer(value), to: &bytes)
            }
        }
        return bytes.withUnsafeBytes { bytes in
            var cursor = Cursor(bytes)
            return cursor.next().map { Array($0.content) } ?? []
        }
    }
}
