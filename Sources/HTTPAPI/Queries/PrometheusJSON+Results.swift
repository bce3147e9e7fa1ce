import PostwatchModel
import PromQL

/// Source: Prometheus documentation, "HTTP API", "Expression query result formats".
extension PrometheusJSON {
    /// One element of a vector.
    mutating func element(_ element: VectorElement) {
        begin("{")
        member("metric") { $0.labels(element.labels) }
        if let histogram = element.histogram {
            member("histogram") { $0.point(element.timestamp.milliseconds, histogram) }
        } else {
            member("value") { $0.point(element.timestamp.milliseconds, element.value) }
        }
        end("}")
    }

    /// One series of a matrix. Samples and histograms are told apart.
    mutating func series(_ series: SeriesColumns) {
        begin("{")
        member("metric") { $0.labels(series.labels) }
        if !series.values.isEmpty || series.histograms.isEmpty {
            member("values") { json in
                json.begin("[")
                for index in series.timestamps.indices { json.point(series.timestamps[index], series.values[index]) }
                json.end("]")
            }
        }
        if !series.histograms.isEmpty {
            member("histograms") { $0.list(series.histograms) { $0.point($1.timestamp, $1.histogram) } }
        }
        end("}")
    }

    mutating func scalar(_ value: Double, at moment: Timestamp) {
        begin("[")
        shortTime(moment)
        // Unlike other values it is written out.
        string(value.prometheusText)
        end("]")
    }

    mutating func text(_ value: String, at moment: Timestamp) {
        begin("[")
        shortTime(moment)
        string(value)
        end("]")
    }

    /// `[1435781451.781,"1"]`
    mutating func point(_ milliseconds: Int64, _ value: Double) {
        begin("[")
        time(milliseconds)
        answer(value)
        end("]")
    }

    mutating func point(_ milliseconds: Int64, _ histogram: NativeHistogram) {
        begin("[")
        time(milliseconds)
        self.histogram(HistogramAnswer(histogram))
        end("]")
    }

    // MARK: - Private

    private mutating func histogram(_ histogram: HistogramAnswer) {
        object { json in
            json.member("count", histogram.count)
            json.member("sum", histogram.sum)
            guard let buckets = histogram.buckets else { return }
            json.member("buckets") { json in
                json.list(buckets) { json, bucket in
                    json.begin("[")
                    json.integer(bucket.boundaryRule)
                    for text in [bucket.lower, bucket.upper, bucket.count] { json.string(text) }
                    json.end("]")
                }
            }
        }
    }

    /// Without the zeros at its end.
    private mutating func shortTime(_ moment: Timestamp) {
        number(moment.seconds)
    }
}
