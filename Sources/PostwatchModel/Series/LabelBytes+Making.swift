extension LabelBytes {
    /// The canonical form of pairs in any order. Those with an empty value are dropped; of a name given twice the last counts.
    static func canonical(_ pairs: some Sequence<(String, String)>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32 * pairs.underestimatedCount)
        // Mostly the pairs come in order, and what is written is canonical as it stands.
        var isCanonical = true
        var last = 0..<0
        for (name, value) in pairs {
            let next = append(name: name, value: value, to: &bytes)
            if value.isEmpty { isCanonical = false }
            if isCanonical, !last.isEmpty { isCanonical = bytes.withUnsafeBytes { isOrdered($0, last, next) } }
            last = next
        }
        return isCanonical ? bytes : sorted(bytes)
    }

    /// One label, also with an empty value, which is not canonical.
    static func label(name: String, value: String) -> [UInt8] {
        var bytes: [UInt8] = []
        append(name: name, value: value, to: &bytes)
        return bytes
    }

    /// The labels of `bytes` with those of `others` laid over them: of a name in both the other label counts, and where that is empty there
    /// is none. Both must be in order; the result is canonical when `bytes` are.
    static func merged(_ bytes: [UInt8], with others: [UInt8]) -> [UInt8] {
        var merged: [UInt8] = []
        merged.reserveCapacity(bytes.count + others.count)
        bytes.withUnsafeBytes { bytes in
            others.withUnsafeBytes { others in
                var (own, other) = (Cursor(bytes), Cursor(others))
                var (left, right) = (own.next(), other.next())
                while true {
                    let order: Int
                    switch (left, right) {
                    case (let left?, let right?): order = compare(left.name, right.name)
                    case (_?, nil): order = -1
                    case (nil, _?): order = 1
                    case (nil, nil): return
                    }
                    if order < 0, let pair = left { append(pair, to: &merged) }
                    if order >= 0, let pair = right, !pair.value.isEmpty { append(pair, to: &merged) }
                    if order <= 0 { left = own.next() }
                    if order >= 0 { right = other.next() }
                }
            }
        }
        return merged
    }

    // MARK: - Private

    /// Where in `bytes` the label stands now.
    @discardableResult
    private static func append(name: String, value: String, to bytes: inout [UInt8]) -> Range<Int> {
        let start = bytes.count
        var (name, value) = (name, value)
        name.withUTF8 { name in
            value.withUTF8 { value in append(name: UnsafeRawBufferPointer(name), value: UnsafeRawBufferPointer(value), to: &bytes) }
        }
        return start..<bytes.count
    }

    /// Whether the name of the label at `first` comes before that of the label at `second`.
    private static func isOrdered(_ bytes: UnsafeRawBufferPointer, _ first: Range<Int>, _ second: Range<Int>) -> Bool {
        guard let first = pair(bytes, first), let second = pair(bytes, second) else { return false }
        return compare(first.name, second.name) < 0
    }

    private static func pair(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Pair? {
        var cursor = Cursor(UnsafeRawBufferPointer(rebasing: bytes[range]))
        return cursor.next()
    }

    /// Labels as they came, in their canonical form.
    private static func sorted(_ bytes: [UInt8]) -> [UInt8] {
        var sorted: [UInt8] = []
        sorted.reserveCapacity(bytes.count)
        bytes.withUnsafeBytes { bytes in
            var pairs: [Pair] = []
            var cursor = Cursor(bytes)
            while let pair = cursor.next() { pairs.append(pair) }
            // Of equal names the one that came last, which lies behind in memory, is the last.
            pairs.sort { left, right in
                let order = compare(left.name, right.name)
                return order == 0 ? left.isBefore(right) : order < 0
            }
            for (index, pair) in pairs.enumerated() where !pair.value.isEmpty {
                if index + 1 < pairs.count, areEqual(pairs[index + 1].name, pair.name) { continue }
                append(pair, to: &sorted)
            }
        }
        return sorted
    }
}

extension LabelBytes.Pair {
    /// Whether it stands before `other` in the buffer that both are part of.
    fileprivate func isBefore(_ other: Self) -> Bool {
        guard let own = content.baseAddress, let other = other.content.baseAddress else { return false }
        return own < other
    }
}
