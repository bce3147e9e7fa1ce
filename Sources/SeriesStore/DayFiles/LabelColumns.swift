import PostwatchModel

/// The label sets of a block, read from the content of its labels blob. The layout is in `docs/formats/series-day-file.md`.
struct LabelColumns {
    /// A stretch of the content.
    private struct Stretch {
        var start: Int
        var count: Int
        var range: Range<Int> { start..<(start + count) }
    }

    private struct Column {
        var name: Stretch
        var values: [Stretch] = []
        var numbers = Stretch(start: 0, count: 0)
    }

    /// More series than a block is ever given.
    static let seriesLimit = 1 << 20

    let count: Int
    private let content: [UInt8]
    private let columns: [Column]
    private let shapes: [[Int]]
    private let shapeRuns: [(shape: Int, count: Int)]

    /// `nil` when the content makes no sense.
    init?(_ content: [UInt8]) {
        let parsed = content.withUnsafeBytes { bytes -> (Int, [Column], [[Int]], [(shape: Int, count: Int)])? in
            var reader = BlobReader(bytes)
            guard let count = reader.count(upTo: Self.seriesLimit), let names = Self.stretches(&reader),
                var columns = Self.columns(names, &reader), let shapes = Self.shapes(columns: columns.count, &reader),
                let runs = Self.shapeRuns(shapes: shapes.count, series: count, &reader), Self.locate(&columns, &reader)
            else { return nil }
            return (count, columns, shapes, runs)
        }
        guard let parsed else { return nil }
        (count, columns, shapes, shapeRuns) = parsed
        self.content = content
    }

    /// Which series satisfy all of `selectors`; each is asked once per distinct value. `nil` when the content is damaged.
    func matches(_ selectors: [LabelSelector]) -> [Bool]? {
        var isMatching = [Bool](repeating: true, count: count)
        for selector in selectors {
            guard let number = columns.firstIndex(where: { isName($0, selector.name) }) else {
                if !selector.matchesAbsence { return [Bool](repeating: false, count: count) }
                continue
            }
            let matchingValues = content.withUnsafeBytes { bytes in
                columns[number].values.map { selector.matches(UnsafeRawBufferPointer(rebasing: bytes[$0.range])) }
            }
            if !selector.matchesAbsence && !matchingValues.contains(true) { return [Bool](repeating: false, count: count) }
            guard let values = valueNumbers(of: number) else { return nil }
            var next = 0
            var series = 0
            for run in shapeRuns {
                let hasName = shapes[run.shape].contains(number)
                for index in series..<(series + run.count) {
                    let matches = hasName ? matchingValues[values[next]] : selector.matchesAbsence
                    if hasName { next += 1 }
                    if !matches { isMatching[index] = false }
                }
                series += run.count
            }
        }
        return isMatching
    }

    /// The label bytes of the series that `isWanted` names, in order. `nil` when the content is damaged.
    func labels(of isWanted: [Bool]? = nil) -> LabelArena? {
        var numbers: [[Int]] = []
        for column in columns.indices {
            guard let values = valueNumbers(of: column) else { return nil }
            numbers.append(values)
        }
        var arena = LabelArena()
        var next = [Int](repeating: 0, count: columns.count)
        content.withUnsafeBytes { bytes in
            var series = 0
            for run in shapeRuns {
                let shape = shapes[run.shape]
                for index in series..<(series + run.count) {
                    if isWanted?[index] ?? true {
                        arena.append { output in
                            for column in shape {
                                let value = columns[column].values[numbers[column][next[column]]]
                                LabelBytes.append(
                                    name: UnsafeRawBufferPointer(rebasing: bytes[columns[column].name.range]),
                                    value: UnsafeRawBufferPointer(rebasing: bytes[value.range]), to: &output)
                            }
                        }
                    }
                    for column in shape { next[column] += 1 }
                }
                series += run.count
            }
        }
        return arena
    }

    // MARK: - Private

    private func isName(_ column: Column, _ name: [UInt8]) -> Bool {
        content[column.name.range].elementsEqual(name)
    }

    /// For each series that has the name of `column`, in order, the number of its value.
    private func valueNumbers(of column: Int) -> [Int]? {
        let expected = shapeRuns.reduce(0) { $0 + (shapes[$1.shape].contains(column) ? $1.count : 0) }
        let limit = columns[column].values.count
        return content.withUnsafeBytes { bytes in
            var reader = BlobReader(UnsafeRawBufferPointer(rebasing: bytes[columns[column].numbers.range]))
            var numbers: [Int] = []
            numbers.reserveCapacity(expected)
            var number = 0
            for _ in 0..<expected {
                guard let difference = reader.signed() else { return nil }
                number &+= Int(difference)
                guard number >= 0, number < limit else { return nil }
                numbers.append(number)
            }
            return reader.remaining == 0 ? numbers : nil
        }
    }

    /// How many there are, the length of each, and then all of them.
    private static func stretches(_ reader: inout BlobReader) -> [Stretch]? {
        guard let count = reader.count(upTo: reader.remaining) else { return nil }
        var stretches: [Stretch] = []
        stretches.reserveCapacity(count)
        var total = 0
        for _ in 0..<count {
            guard let length = reader.count(upTo: reader.remaining) else { return nil }
            stretches.append(Stretch(start: total, count: length))
            total += length
        }
        let start = reader.offset
        guard reader.stretch(total) != nil else { return nil }
        for index in stretches.indices { stretches[index].start += start }
        return stretches
    }

    private static func columns(_ names: [Stretch], _ reader: inout BlobReader) -> [Column]? {
        var columns: [Column] = []
        for name in names {
            guard let values = stretches(&reader) else { return nil }
            columns.append(Column(name: name, values: values))
        }
        return columns
    }

    private static func shapes(columns: Int, _ reader: inout BlobReader) -> [[Int]]? {
        guard let count = reader.count(upTo: reader.remaining) else { return nil }
        var shapes: [[Int]] = []
        for _ in 0..<count {
            guard let length = reader.count(upTo: columns) else { return nil }
            var shape: [Int] = []
            for _ in 0..<length {
                guard let column = reader.count(upTo: columns - 1), !shape.contains(column) else { return nil }
                shape.append(column)
            }
            shapes.append(shape)
        }
        return shapes
    }

    private static func shapeRuns(shapes: Int, series: Int, _ reader: inout BlobReader) -> [(shape: Int, count: Int)]? {
        guard let count = reader.count(upTo: reader.remaining), shapes > 0 || count == 0 else { return nil }
        var runs: [(shape: Int, count: Int)] = []
        var rest = series
        for _ in 0..<count {
            guard let shape = reader.count(upTo: shapes - 1), let length = reader.count(upTo: rest) else { return nil }
            runs.append((shape, length))
            rest -= length
        }
        return rest == 0 ? runs : nil
    }

    /// Finds where the numbers of each column stand.
    private static func locate(_ columns: inout [Column], _ reader: inout BlobReader) -> Bool {
        for index in columns.indices {
            guard let length = reader.count(upTo: reader.remaining) else { return false }
            columns[index].numbers.count = length
        }
        for index in columns.indices {
            columns[index].numbers.start = reader.offset
            guard reader.stretch(columns[index].numbers.count) != nil else { return false }
        }
        return reader.remaining == 0
    }
}
