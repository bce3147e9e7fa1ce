import PostwatchModel

/// The outcomes of scenarios in the XML that continuous integration reads.
/// Source: JUnit's `testsuites` format as Jenkins, GitLab and GitHub read it; promtool's `--junit` writes the same elements.
public enum JUnitReport {
    public static func text(_ outcomes: [RuleTestOutcome]) -> String {
        var files: [String] = []
        for outcome in outcomes where !files.contains(outcome.file) { files.append(outcome.file) }
        let suites = files.map { file in suite(file, outcomes.filter { $0.file == file }) }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n\(suites.joined())</testsuites>\n"
    }

    // MARK: - Private

    private static func suite(_ file: String, _ outcomes: [RuleTestOutcome]) -> String {
        let failed = outcomes.filter { !$0.failures.isEmpty }.count
        let cases = outcomes.map { outcome in
            let failures = outcome.failures.map { failure in
                "      <failure message=\"\(escaped("\(failure.subject) at \(failure.time.prometheusText)"))\">\(escaped(failure.description))</failure>\n"
            }
            let opening = "    <testcase name=\"\(escaped(outcome.name))\" classname=\"\(escaped(file))\""
            return failures.isEmpty ? opening + "/>\n" : opening + ">\n\(failures.joined())    </testcase>\n"
        }
        return "  <testsuite name=\"\(escaped(file))\" tests=\"\(outcomes.count)\" failures=\"\(failed)\" errors=\"0\">\n"
            + cases.joined() + "  </testsuite>\n"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            // Other control characters cannot stand in XML.
            case _ where scalar.value < 0x20: escaped += "�"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
