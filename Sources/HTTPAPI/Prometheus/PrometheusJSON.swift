import PostwatchModel
import PromQL

/// Writes query results in the JSON of Prometheus' HTTP API.
/// Source: Prometheus documentation, "HTTP API", "Expression query result formats".
struct PrometheusJSON {
    private(set) var text = ""

    /// `{"status":"success","data":…}`
    static func success(_ write: (inout PrometheusJSON) -> Void) -> String {
        var json = PrometheusJSON()
        json.text += #"{"status":"success","data":"#
        write(&json)
        json.text += "}"
        return json.text
    }

    static func failure(type: String, message: String) -> String {
        var json = PrometheusJSON()
        json.text += #"{"status":"error","errorType":"#
        json.string(type)
        json.text += #","error":"#
        json.string(message)
        json.text += "}"
        return json.text
    }

    mutating func result(_ result: QueryResult) {
        switch result {
        case .scalar(let value, let moment):
            text += #"{"resultType":"scalar","result":"#
            point(moment.milliseconds, value)
        case .string(let value, let moment):
            text += #"{"resultType":"string","result":["#
            time(moment.milliseconds)
            text += ","
            string(value)
            text += "]"
        case .vector(let elements):
            text += #"{"resultType":"vector","result":"#
            list(elements) { json, element in
                json.text += #"{"metric":"#
                json.labels(element.labels)
                json.text += #","value":"#
                json.point(element.timestamp.milliseconds, element.value)
                json.text += "}"
            }
        case .matrix(let series):
            text += #"{"resultType":"matrix","result":"#
            list(series) { json, columns in
                json.text += #"{"metric":"#
                json.labels(columns.labels)
                json.text += #","values":"#
                json.list(Array(zip(columns.timestamps, columns.values))) { json, pair in json.point(pair.0, pair.1) }
                json.text += "}"
            }
        }
        text += "}"
    }

    mutating func list<Element>(_ elements: [Element], _ write: (inout PrometheusJSON, Element) -> Void) {
        text += "["
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            write(&self, element)
        }
        text += "]"
    }

    mutating func labels(_ labels: LabelSet) {
        text += "{"
        for (index, label) in labels.labels.enumerated() {
            if index > 0 { text += "," }
            string(label.name)
            text += ":"
            string(label.value)
        }
        text += "}"
    }

    mutating func string(_ value: String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    // MARK: - Private

    /// `[1435781451.781,"1"]`
    private mutating func point(_ milliseconds: Int64, _ value: Double) {
        text += "["
        time(milliseconds)
        text += ",\"\(value.prometheusText)\"]"
    }

    private mutating func time(_ milliseconds: Int64) {
        let (seconds, rest) = abs(milliseconds).quotientAndRemainder(dividingBy: 1000)
        if milliseconds < 0 { text += "-" }
        text += String(seconds)
        guard rest != 0 else { return }
        let digits = String(rest)
        text += "." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
