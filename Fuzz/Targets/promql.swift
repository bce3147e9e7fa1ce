// fuzz: header Sources/CRE2/include
// fuzz: cxx Sources/CRE2/CRE2.cpp
// fuzz: link re2
// fuzz: module PostwatchModel Sources/PostwatchModel
// fuzz: module PromQL Sources/PromQL
@testable import PromQL

/// Queries: what is read must be written so that it reads back as the same, on one line and on many.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        "sum by (a) (rate(x{b=~\"c\\n.*\",d!='e'}[5m] @ start() offset -1h)) / on(a) group_left(f) fill(0) 0x1F ^ -2.5e3 >= bool `g` # h",
        "histogram_quantile(0.9, x[5m * step():min_of(range(), 1h)] anchored) </ 1_000 or topk(3, -y) without (\"z.z\") unless info(up, {})",
        "{\"metric.name\", \"a b\"=\"\\u00e9\"} offset (1h / 2) @ 1700000000.5 atan2 count_values(\"v\", :a) + (Inf - nan)",
        "label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")[1h:] and ignoring() time() == bool 5m",
    ].map { Array($0.utf8) }

    static func run(_ input: UnsafeRawBufferPointer) {
        let text = String(decoding: input, as: UTF8.self)
        _ = try? PromQLQuery.selectorMatchers(parsing: text)
        _ = try? PromQLQuery(text)
        guard let query = try? PromQLQuery(text, allowingExperimental: true) else { return }
        for written in [query.description, query.formatted] {
            guard let again = try? PromQLQuery(written, allowingExperimental: true) else {
                preconditionFailure("written but not read: \(written)")
            }
            precondition(again.description == query.description, "written as \(written), read as \(again.description)")
            precondition(again.syntaxTree == query.syntaxTree && again.expression == query.expression, "another tree: \(written)")
        }
    }
}
