extension Duration {
    /// Whole milliseconds, rounded towards zero; clamped to what `Int64` holds.
    public var wholeMilliseconds: Int64 {
        let (product, overflow) = components.seconds.multipliedReportingOverflow(by: 1000)
        let (sum, sumOverflow) = product.addingReportingOverflow(components.attoseconds / 1_000_000_000_000_000)
        return overflow || sumOverflow ? (components.seconds < 0 ? .min : .max) : sum
    }

    /// The duration in seconds, as metrics report it.
    public var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    /// Reads Prometheus' durations: `250ms`, `30s`, `1h30m`, `7d`; units in falling order, each at most once; also `0`.
    /// `nil` when the text is anything else.
    /// Source: Prometheus documentation, "Configuration", `<duration>`.
    public init?(prometheus text: String) {
        if text == "0" {
            self = .zero
            return
        }
        var total: Int64 = 0
        var rest = Substring(text)
        var units = Self.prometheusUnits[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let count = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unitText = rest.prefix { $0.isASCII && $0.isLetter }
            guard let index = units.firstIndex(where: { $0.name == unitText }) else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: units[index].milliseconds)
            let (sum, sumOverflow) = total.addingReportingOverflow(product)
            guard !overflow, !sumOverflow else { return nil }
            total = sum
            units = units[(index + 1)...]
            rest = rest.dropFirst(unitText.count)
        }
        guard !text.isEmpty else { return nil }
        self = .milliseconds(total)
    }

    /// `1h30m`, `15s`, `250ms`: the shortest form that `init(prometheus:)` reads back.
    public var prometheusText: String {
        var rest = wholeMilliseconds
        guard rest != 0 else { return "0s" }
        var text = rest < 0 ? "-" : ""
        rest = abs(rest)
        for unit in Self.prometheusUnits where rest >= unit.milliseconds {
            // Weeks and years are only written when they say it all, as Prometheus does.
            if unit.isWholeOnly && rest % unit.milliseconds != 0 { continue }
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }

    // MARK: - Private

    private struct Unit {
        let name: String
        let milliseconds: Int64
        let isWholeOnly: Bool
    }

    private static let prometheusUnits = [
        Unit(name: "y", milliseconds: 365 * 86_400_000, isWholeOnly: true),
        Unit(name: "w", milliseconds: 7 * 86_400_000, isWholeOnly: true),
        Unit(name: "d", milliseconds: 86_400_000, isWholeOnly: false),
        Unit(name: "h", milliseconds: 3_600_000, isWholeOnly: false),
        Unit(name: "m", milliseconds: 60_000, isWholeOnly: false),
        Unit(name: "s", milliseconds: 1000, isWholeOnly: false),
        Unit(name: "ms", milliseconds: 1, isWholeOnly: false),
    ]
}
