import PostwatchModel

/// Label → numbers of the series that carry it. Answers every kind of matcher without looking at a series.
struct LabelIndex: ~Copyable {
    /// The series of one label pair, rising, since series are added in the order of their numbers.
    typealias Postings = ContiguousArray<UInt32>

    /// All values of one label name.
    private struct Name {
        var pairs: ContiguousArray<UInt32> = []
        /// So many of `pairs`, from the first on, are sorted by value.
        var sortedCount = 0
    }

    /// Keys are the contents of label pairs.
    private var pairs = InternTable()
    private var postings: ContiguousArray<Postings> = []
    private var names = InternTable()
    private var pairsOfName: ContiguousArray<Name> = []
    private(set) var seriesCount = 0

    init() {}

    /// `number` is one more than the last one that was added.
    mutating func add(_ labels: UnsafeRawBufferPointer, number: Int) {
        seriesCount = number + 1
        var cursor = LabelBytes.Cursor(labels)
        while let pair = cursor.next() {
            let (known, isNew) = pairs.intern(pair.content)
            if isNew {
                postings.append([])
                let (name, isNewName) = names.intern(pair.name)
                if isNewName { pairsOfName.append(Name()) }
                pairsOfName[name].pairs.append(UInt32(known))
            }
            postings[known].append(UInt32(number))
        }
    }

    /// The series that carry a label pair, rising.
    func numbers(of pair: UnsafeRawBufferPointer) -> Postings {
        pairs.number(of: pair).map { postings[$0] } ?? []
    }

    /// The series that satisfy all `matchers`, rising.
    mutating func numbers(matching matchers: [LabelMatcher]) -> ContiguousArray<UInt32> {
        var wanted: [Postings] = []
        var unwanted: [SeriesNumbers] = []
        for matcher in matchers {
            // An absent label counts as the empty string: then the series to be left out are easier to name than those to be found.
            let acceptsAbsence = matcher.matches("")
            let found = pairNumbers(
                of: matcher.name, where: { matcher.matches($0) != acceptsAbsence },
                among: Self.candidates(for: matcher))
            if acceptsAbsence {
                if !found.isEmpty { unwanted.append(union(of: found)) }
            } else {
                if found.isEmpty { return [] }
                wanted.append(found.count == 1 ? postings[Int(found[0])] : union(of: found).elements)
            }
        }
        wanted.sort { $0.count < $1.count }
        var numbers = wanted.first ?? Postings((0..<UInt32(seriesCount)))
        for list in wanted.dropFirst() { numbers = Self.intersection(numbers, list) }
        for set in unwanted { numbers.removeAll(where: set.contains) }
        return numbers
    }

    // MARK: - Cardinality

    /// Calls `body` for each label pair with its name, its value and how many series carry it.
    func forEachPair(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, Int) -> Void) {
        for number in 0..<pairs.count {
            if let pair = LabelBytes.Pair(content: pairs[number]) { body(pair.name, pair.value, postings[number].count) }
        }
    }

    // MARK: - Private

    /// Among which values of a label those are that tell what a matcher wants or does not want.
    private enum Candidates {
        case none
        /// Each of them without a test.
        case every
        case values([String])
        case prefix(String)
        /// Each of them that passes the test.
        case tested
    }

    private static func candidates(for matcher: LabelMatcher) -> Candidates {
        switch matcher.operation {
        case .equal, .notEqual: matcher.value.isEmpty ? .every : .values([matcher.value])
        case .matches, .doesNotMatch:
            switch matcher.patternScope {
            case .anything: .none
            case .anythingButEmpty: .every
            case .oneOf(let values) where !values.contains(""): .values(values)
            case .startsWith(let prefix) where !prefix.isEmpty: .prefix(prefix)
            case .oneOf, .startsWith, nil: .tested
            }
        }
    }

    /// The label pairs of `name` whose value satisfies `isWanted`, looked for among the values that a matcher can be about.
    private mutating func pairNumbers(
        of name: String, where isWanted: (String) -> Bool, among candidates: Candidates
    ) -> ContiguousArray<UInt32> {
        var label = name
        guard let known = label.withUTF8({ names.number(of: UnsafeRawBufferPointer($0)) }) else { return [] }
        switch candidates {
        case .none: return []
        case .every: return pairsOfName[known].pairs
        case .values(let values):
            return ContiguousArray(
                Set(values).compactMap { value in
                    guard isWanted(value) else { return nil }
                    return LabelBytes.content(name: name, value: value).withUnsafeBytes { pairs.number(of: $0) }.map(UInt32.init)
                })
        case .prefix(let prefix):
            sortPairs(ofName: known)
            let bytes = Array(prefix.utf8)
            return bytes.withUnsafeBytes { prefix in
                let all = pairsOfName[known].pairs
                var index = firstPair(notBefore: prefix, in: all)
                var found: ContiguousArray<UInt32> = []
                while index < all.count, let value = value(of: all[index]), value.starts(with: prefix) {
                    if isWanted(String(decoding: value, as: UTF8.self)) { found.append(all[index]) }
                    index += 1
                }
                return found
            }
        case .tested:
            return pairsOfName[known].pairs.filter { pair in
                value(of: pair).map { isWanted(String(decoding: $0, as: UTF8.self)) } ?? false
            }
        }
    }

    private func value(of pair: UInt32) -> UnsafeRawBufferPointer? {
        LabelBytes.Pair(content: pairs[Int(pair)])?.value
    }

    private mutating func sortPairs(ofName name: Int) {
        guard pairsOfName[name].sortedCount < pairsOfName[name].pairs.count else { return }
        let sorted = pairsOfName[name].pairs.sorted { left, right in
            guard let left = value(of: left), let right = value(of: right) else { return false }
            return LabelBytes.compare(left, right) < 0
        }
        pairsOfName[name] = Name(pairs: ContiguousArray(sorted), sortedCount: sorted.count)
    }

    private func firstPair(notBefore bytes: UnsafeRawBufferPointer, in sorted: ContiguousArray<UInt32>) -> Int {
        var lower = 0
        var upper = sorted.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if let value = value(of: sorted[middle]), LabelBytes.compare(value, bytes) < 0 { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }

    private func union(of pairs: ContiguousArray<UInt32>) -> SeriesNumbers {
        var numbers = SeriesNumbers(below: seriesCount)
        for pair in pairs { numbers.insert(postings[Int(pair)]) }
        return numbers
    }

    /// Steps through the longer list by halving when it is much longer.
    private static func intersection(_ short: Postings, _ long: Postings) -> Postings {
        var common: Postings = []
        var start = 0
        for number in short {
            var lower = start
            var step = 1
            while lower + step < long.count, long[lower + step] < number {
                lower += step
                step *= 2
            }
            var upper = min(lower + step + 1, long.count)
            while lower < upper {
                let middle = (lower + upper) / 2
                if long[middle] < number { lower = middle + 1 } else { upper = middle }
            }
            if lower == long.count { break }
            if long[lower] == number { common.append(number) }
            start = lower
        }
        return common
    }
}
