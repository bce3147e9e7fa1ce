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

    // MARK: - Searching

    /// Finds the values that the matchers name; others are to be tried before `numbers(of:)`.
    mutating func beginSearch(_ matchers: [LabelMatcher]) -> SeriesSearch {
        SeriesSearch(terms: matchers.map { term(of: $0) }, seriesCount: seriesCount)
    }

    /// Appends the values of label pairs: valid as long as the index.
    func appendValues(of pairs: ArraySlice<UInt32>, to values: inout [UnsafeRawBufferPointer]) {
        for pair in pairs { values.append(value(of: pair)) }
    }

    /// The series that were searched for, rising. All values must have been tried.
    func numbers(of search: SeriesSearch) -> ContiguousArray<UInt32> {
        guard search.isHopeful else { return [] }
        var wanted: [Postings] = []
        for term in search.terms where !term.acceptsAbsence {
            wanted.append(term.pairs.count == 1 ? postings[Int(term.pairs[0])] : union(of: term.pairs).elements)
        }
        wanted.sort { $0.count < $1.count }
        var numbers = wanted.first ?? Postings((0..<UInt32(search.seriesCount)))
        for list in wanted.dropFirst() { numbers = Self.intersection(numbers, list) }
        if search.seriesCount < seriesCount { numbers.removeAll { $0 >= search.seriesCount } }
        for term in search.terms where term.acceptsAbsence && !term.pairs.isEmpty {
            numbers.removeAll(where: union(of: term.pairs).contains)
        }
        return numbers
    }

    /// The series that satisfy all `matchers`, rising, at once.
    mutating func numbers(matching matchers: [LabelMatcher]) -> ContiguousArray<UInt32> {
        var search = beginSearch(matchers)
        while let pairs = search.next(.max) {
            var values: [UnsafeRawBufferPointer] = []
            appendValues(of: pairs, to: &values)
            search.test(values)
        }
        return numbers(of: search)
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

    private mutating func term(of matcher: LabelMatcher) -> SeriesSearch.Term {
        var term = SeriesSearch.Term(matcher: matcher, acceptsAbsence: matcher.matches(""), pairs: [], untested: [])
        var label = matcher.name
        guard let name = label.withUTF8({ names.number(of: UnsafeRawBufferPointer($0)) }) else { return term }
        switch Self.candidates(for: matcher) {
        case .none: break
        case .every: term.pairs = pairsOfName[name].pairs
        case .values(let values):
            for value in Set(values) where matcher.matches(value) != term.acceptsAbsence {
                let pair = LabelBytes.content(name: matcher.name, value: value).withUnsafeBytes { pairs.number(of: $0) }
                if let pair { term.pairs.append(UInt32(pair)) }
            }
        case .prefix(let prefix): term.untested = pairs(ofName: name, startingWith: prefix)
        case .tested: term.untested = pairsOfName[name].pairs[...]
        }
        return term
    }

    private mutating func pairs(ofName name: Int, startingWith prefix: String) -> ArraySlice<UInt32> {
        sortPairs(ofName: name)
        let all = pairsOfName[name].pairs
        return Array(prefix.utf8).withUnsafeBytes { prefix in
            let start = firstPair(notBefore: prefix, in: all)
            let end = all[start...].firstIndex { !value(of: $0).starts(with: prefix) } ?? all.count
            return all[start..<end]
        }
    }

    private func value(of pair: UInt32) -> UnsafeRawBufferPointer {
        guard let pair = LabelBytes.Pair(content: pairs[Int(pair)]) else { preconditionFailure("A key of the index is a label pair") }
        return pair.value
    }

    private mutating func sortPairs(ofName name: Int) {
        guard pairsOfName[name].sortedCount < pairsOfName[name].pairs.count else { return }
        let sorted = pairsOfName[name].pairs.sorted { LabelBytes.compare(value(of: $0), value(of: $1)) < 0 }
        pairsOfName[name] = Name(pairs: ContiguousArray(sorted), sortedCount: sorted.count)
    }

    private func firstPair(notBefore bytes: UnsafeRawBufferPointer, in sorted: ContiguousArray<UInt32>) -> Int {
        var lower = 0
        var upper = sorted.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if LabelBytes.compare(value(of: sorted[middle]), bytes) < 0 { lower = middle + 1 } else { upper = middle }
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
