/// All functions of Prometheus 3.
/// Source: Prometheus documentation, "Querying", "Functions".
extension FunctionSignature {
    /// Sorted by name.
    public static let all: [FunctionSignature] = (stable + experimental).sorted { $0.name < $1.name }

    /// The function of that name. Names of functions are written in lower case only.
    public static func named(_ name: String) -> FunctionSignature? { byName[name] }

    // MARK: - Private

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let stable: [FunctionSignature] =
        ofVector + ofRange + ofTime + [
            FunctionSignature("clamp", [.instantVector, .scalar, .scalar]),
            FunctionSignature("clamp_max", [.instantVector, .scalar]),
            FunctionSignature("clamp_min", [.instantVector, .scalar]),
            FunctionSignature("histogram_fraction", [.scalar, .scalar, .instantVector]),
            FunctionSignature("histogram_quantile", [.scalar, .instantVector]),
            FunctionSignature("label_join", [.instantVector, .string, .string, .string], .repeated),
            FunctionSignature("label_replace", [.instantVector, .string, .string, .string, .string]),
            FunctionSignature("pi", [], result: .scalar),
            FunctionSignature("predict_linear", [.rangeVector, .scalar]),
            FunctionSignature("quantile_over_time", [.scalar, .rangeVector]),
            FunctionSignature("round", [.instantVector, .scalar], .upTo(1)),
            FunctionSignature("scalar", [.instantVector], result: .scalar),
            FunctionSignature("time", [], result: .scalar),
            FunctionSignature("vector", [.scalar]),
        ]

    private static let experimental: [FunctionSignature] = [
        FunctionSignature("double_exponential_smoothing", [.rangeVector, .scalar, .scalar], isExperimental: true),
        FunctionSignature("end", [], result: .scalar, isExperimental: true),
        FunctionSignature(
            "histogram_quantiles", [.instantVector, .string, .scalar, .scalar], .upTo(9), isExperimental: true),
        FunctionSignature("info", [.instantVector, .instantVector], .upTo(1), isExperimental: true),
        FunctionSignature("mad_over_time", [.rangeVector], isExperimental: true),
        FunctionSignature("max_of", [.scalar, .scalar], result: .scalar, isExperimental: true),
        FunctionSignature("min_of", [.scalar, .scalar], result: .scalar, isExperimental: true),
        FunctionSignature("range", [], result: .scalar, isExperimental: true),
        FunctionSignature("sort_by_label", [.instantVector, .string], .repeated, isExperimental: true),
        FunctionSignature("sort_by_label_desc", [.instantVector, .string], .repeated, isExperimental: true),
        FunctionSignature("start", [], result: .scalar, isExperimental: true),
        FunctionSignature("start_timestamp", [.instantVector], isExperimental: true),
        FunctionSignature("step", [], result: .scalar, isExperimental: true),
        FunctionSignature("ts_of_first_over_time", [.rangeVector], isExperimental: true),
        FunctionSignature("ts_of_last_over_time", [.rangeVector], isExperimental: true),
        FunctionSignature("ts_of_max_over_time", [.rangeVector], isExperimental: true),
        FunctionSignature("ts_of_min_over_time", [.rangeVector], isExperimental: true),
    ]

    private static let ofVector = [
        "abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp", "floor", "histogram_avg",
        "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum", "ln", "log10", "log2", "rad", "sgn", "sin", "sinh",
        "sort", "sort_desc", "sqrt", "tan", "tanh", "timestamp",
    ].map { FunctionSignature($0, [.instantVector]) }

    private static let ofRange = [
        "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "first_over_time", "idelta", "increase",
        "irate", "last_over_time", "max_over_time", "min_over_time", "present_over_time", "rate", "resets", "stddev_over_time",
        "stdvar_over_time", "sum_over_time",
    ].map { FunctionSignature($0, [.rangeVector]) }

    /// Parts of a date, of the time of evaluation when nothing is given.
    private static let ofTime = [
        "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year",
    ].map { FunctionSignature($0, [.instantVector], .upTo(1)) }
}
