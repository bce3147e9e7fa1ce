/// How the values of a series move from step to step: the kinds of `peerbench/load.py`.
enum ValueKind {
    case still(Double)
    /// A counter of seconds with two decimals, as the kernel's ticks give it.
    case seconds(perStep: Double)
    /// A busy counter in multiples of `unit`.
    case bytes(perStep: Double, unit: Double)
    /// A counter of things that happen about so many times per step, often not at all.
    case rare(perStep: Double)
    /// A gauge in multiples of `unit` that moves a little in six steps of ten.
    case level(around: Double, unit: Double)
    case smallGauge(below: Double)
    /// A gauge with two decimals.
    case decimal(around: Double)

    /// The values of `steps` steps.
    func values(_ steps: Int, from random: inout RandomSource) -> [Double] {
        var level = start(&random)
        let stride = max(1, (level / 5000).rounded(.down))
        return (0..<steps).map { _ in
            defer { move(&level, stride: stride, &random) }
            return value(at: level)
        }
    }

    // MARK: - Private

    private func start(_ random: inout RandomSource) -> Double {
        switch self {
        case .still(let value): value
        case .seconds: (random.fraction() * 1e8).rounded(.down)
        case .bytes(let perStep, let unit): ((random.fraction() * 1e6).rounded(.down) * perStep / unit).rounded(.down)
        case .rare: (random.fraction() * 1e5).rounded(.down)
        case .level(let around, let unit): (around * (0.2 + 0.8 * random.fraction()) / unit).rounded(.down)
        case .smallGauge(let top): (random.fraction() * top).rounded(.down)
        case .decimal(let around): around
        }
    }

    private func value(at level: Double) -> Double {
        switch self {
        case .still, .rare, .smallGauge: level
        case .seconds: level / 100
        case .bytes(_, let unit), .level(_, let unit): level * unit
        case .decimal: (level * 100).rounded() / 100
        }
    }

    private func move(_ level: inout Double, stride: Double, _ random: inout RandomSource) {
        switch self {
        case .still: break
        case .seconds(let perStep): level += (perStep * 100 * (0.7 + 0.6 * random.fraction())).rounded(.down)
        case .bytes(let perStep, let unit): level += (perStep * (0.5 + random.fraction()) / unit).rounded(.down)
        case .rare(let mean):
            if random.fraction() < min(mean, 0.6) { level += 1 + (random.fraction() * mean).rounded(.down) }
        case .level:
            if random.fraction() < 0.6 { level = max(0, level + ((random.fraction() - 0.5) * stride).rounded(.towardZero)) }
        case .smallGauge(let top):
            if random.fraction() < 0.2 { level = (random.fraction() * top).rounded(.down) }
        case .decimal: level = max(0, level + (random.fraction() - 0.5) * 0.2)
        }
    }
}
