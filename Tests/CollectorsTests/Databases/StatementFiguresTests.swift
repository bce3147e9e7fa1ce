import PostwatchModel
import Testing

@testable import Collectors

@Suite("Figures of a statement")
struct StatementFiguresTests {
    private let figures = StatementFigures(
        name: "sizes", statement: "", labels: ["datname"],
        figures: [
            ServiceFigure(key: "size", metric: "size_bytes", kind: .gauge, help: ""),
            ServiceFigure(key: "is_open", metric: "is_open", kind: .gauge, truth: "t", help: ""),
        ])

    @Test("are one point for each row; what is no number or NULL is left out")
    func rows() {
        let measured = figures.measurements(of: [
            ["datname": "mail", "size": "5", "is_open": "t"], ["datname": "web", "size": "large", "is_open": "f"], ["datname": "none"],
        ])
        #expect(
            Metrics(measured).values == [
                "size_bytes{datname=\"mail\"}": 5, "is_open{datname=\"mail\"}": 1, "is_open{datname=\"web\"}": 0,
            ])
    }

    @Test("never are two of one series, and labels are cut")
    func hostile() {
        let long = Substring(String(repeating: "x", count: 5000))
        let measured = figures.measurements(of: [
            ["datname": "a", "size": "1"], ["datname": "a", "size": "2"], ["datname": long, "size": "3"],
        ])
        let cut = String(repeating: "x", count: 200)
        #expect(Metrics(measured).values == ["size_bytes{datname=\"a\"}": 1, "size_bytes{datname=\"\(cut)\"}": 3])
        #expect(figures.measurements(of: []).isEmpty)
    }

    @Test("A value is cut to its limit, and an error to one line")
    func limits() {
        let bytes = [UInt8](repeating: 0x61, count: 5000)
        #expect(bytes.withUnsafeBytes { StatementAnswer.value($0) }.count == StatementAnswer.valueLimit)
        #expect(StatementAnswer.sentence("FATAL:  no\n\tway\n") == "FATAL: no; way")
        #expect(StatementAnswer.sentence(String(repeating: "x", count: 5000)).count == 301)
    }

    @Test("An answer is bounded as a whole, not only each of its values")
    func wholeAnswer() throws {
        let value = Substring(String(repeating: "x", count: StatementAnswer.valueLimit))
        let wide = Dictionary(uniqueKeysWithValues: (0..<256).map { ("column\($0)", value) })
        var rows = StatementRows()
        #expect(throws: StatementRows.Excess.bytes) { for _ in 0..<StatementRows.rowLimit { try rows.add(wide) } }
        #expect(rows.rows.count * 256 * StatementAnswer.valueLimit < StatementRows.byteLimit)

        var many = StatementRows()
        for _ in 0..<StatementRows.rowLimit { try many.add(["a": "1"]) }
        #expect(throws: StatementRows.Excess.rows) { try many.add(["a": "1"]) }
        #expect("\(StatementRows.Excess.rows), \(StatementRows.Excess.bytes)" == "more than 10000 rows, more than 8 MiB")
    }

    @Test("What a database says cannot control a terminal")
    func controls() {
        #expect(StatementAnswer.sentence("no \u{1B}[31mway\u{7}\u{202E}") == "no  [31mway  ")
    }

    @Test("A library that is not there says what to install")
    func missingLibrary() {
        let failure = #expect(throws: CollectionFailure.self) { try SharedLibrary("libnothing.so.9", package: "libnothing9") }
        #expect(failure.map { "\($0)".contains("install the library, on Debian the package libnothing9") } == true)
    }
}
