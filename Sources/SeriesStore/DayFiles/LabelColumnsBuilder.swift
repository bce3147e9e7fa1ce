import PostwatchModel

/// Writes the label sets of a block: each name and value once, and per label name a column that says which value a series has.
/// The layout is in `docs/formats/series-day-file.md`.
struct LabelColumnsBuilder {
    private struct Column {
        var values = ByteTable()
        /// Differences between the numbers of values of neighbours, zigzag.
        var numbers: [UInt8] = []
        var previous = 0

        /// Gives the number of bytes that were added.
        mutating func append(_ value: UnsafeRawBufferPointer) -> Int {
            let before = values.byteCount
            let number = values.number(of: value)
            Varint.append(signed: Int64(number - previous), to: &numbers)
            previous = number
            return values.byteCount - before + 1
        }
    }

    private(set) var count = 0
    private var names = ByteTable()
    private var columns: [Column] = []
    /// The names of a label set, as bytes of 32-bit numbers.
    private var shapes = ByteTable()
    private var shapeRuns: [(shape: Int, count: Int)] = []
    private var shape: [UInt32] = []

    /// About how large the content will be; never less than a quarter of it.
    private(set) var byteCount = 0

    /// - Parameter labels: canonical label bytes.
    mutating func append(_ labels: UnsafeRawBufferPointer) {
        shape.removeAll(keepingCapacity: true)
        var cursor = LabelBytes.Cursor(labels)
        while let pair = cursor.next() {
            let name = names.number(of: pair.name)
            if name == columns.count {
                columns.append(Column())
                byteCount += pair.name.count + 8
            }
            shape.append(UInt32(name))
            byteCount += columns[name].append(pair.value)
        }
        precondition(!cursor.isMalformed, "Label bytes are canonical")
        let number = shape.withUnsafeBytes { shapes.number(of: $0) }
        if shapeRuns.last?.shape == number {
            shapeRuns[shapeRuns.count - 1].count += 1
        } else {
            shapeRuns.append((number, 1))
        }
        count += 1
    }

    /// The content of a labels blob.
    func content() -> [UInt8] {
        var content: [UInt8] = []
        Varint.append(UInt64(count), to: &content)
        Varint.append(UInt64(names.count), to: &content)
        names.append(to: &content)
        for column in columns {
            Varint.append(UInt64(column.values.count), to: &content)
            column.values.append(to: &content)
        }
        Varint.append(UInt64(shapes.count), to: &content)
        appendShapes(to: &content)
        Varint.append(UInt64(shapeRuns.count), to: &content)
        for run in shapeRuns {
            Varint.append(UInt64(run.shape), to: &content)
            Varint.append(UInt64(run.count), to: &content)
        }
        for column in columns { Varint.append(UInt64(column.numbers.count), to: &content) }
        for column in columns { content += column.numbers }
        return content
    }

    // MARK: - Private

    private func appendShapes(to content: inout [UInt8]) {
        shapes.forEach { shape in
            Varint.append(UInt64(shape.count / 4), to: &content)
            for offset in stride(from: 0, to: shape.count, by: 4) {
                Varint.append(UInt64(shape.loadUnaligned(fromByteOffset: offset, as: UInt32.self)), to: &content)
            }
        }
    }
}
