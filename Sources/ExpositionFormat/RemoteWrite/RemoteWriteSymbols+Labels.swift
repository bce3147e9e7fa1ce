/// References in pairs, name and value, and the labels of remote write 1.0 that they stand for: each a message in field 1.
extension RemoteWriteSymbols {
    /// Why these references are no labels; `nil` when they are. `position` is where their message begins.
    func fault(in references: [UInt32], at position: Int) -> RemoteWriteFault? {
        guard references.count.isMultiple(of: 2) else { return .unpairedReference(count: references.count, at: position) }
        guard let stray = references.first(where: { $0 >= count }) else { return nil }
        return .unknownSymbol(stray, symbols: count, at: position)
    }

    /// Bytes that `writeLabels` writes. The references must be without fault.
    func labelsSize(_ references: [UInt32]) -> Int {
        var size = 0
        for index in stride(from: 0, to: references.count, by: 2) {
            size += ProtobufWriter.messageSize(labelSize(name: self[references[index]], value: self[references[index + 1]]))
        }
        return size
    }

    /// The references must be without fault.
    func writeLabels(_ references: [UInt32], to writer: inout ProtobufWriter) {
        for index in stride(from: 0, to: references.count, by: 2) {
            let name = self[references[index]]
            let value = self[references[index + 1]]
            writer.header(field: 1, count: labelSize(name: name, value: value))
            writer.text(name, field: 1)
            writer.text(value, field: 2)
        }
    }

    // MARK: - Private

    private func labelSize(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Int {
        ProtobufWriter.textSize(name.count) + ProtobufWriter.textSize(value.count)
    }
}
