/// Aggregations of a series' own samples over a window.
/// Source: Prometheus documentation, "Functions", `<aggregation>_over_time()`.
extension Function {
    static let overTime: [Function] = [
        .overWindow("avg_over_time") { $0.values.mean },
        .overWindow("min_over_time") { $0.values.smallest },
        .overWindow("max_over_time") { $0.values.largest },
        .overWindow("sum_over_time") { $0.values.compensatedSum },
        .overWindow("count_over_time") { Double($0.count) },
        .overWindow("last_over_time", keepsName: true) { $0.value($0.count - 1) },
        .overWindow("first_over_time", keepsName: true) { $0.value(0) },
        .overWindow("present_over_time") { _ in 1 },
        .overWindow("stddev_over_time") { $0.values.variance.squareRoot() },
        .overWindow("stdvar_over_time") { $0.values.variance },
        Function(
            name: "quantile_over_time", parameters: [.scalar, .rangeVector],
            body: .overWindow(keepsName: false) { window, parameters in window.values.quantile(parameters[0]) }),
    ]
}
