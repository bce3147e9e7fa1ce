import PostwatchModel
import Testing

@Suite("A severity")
struct SeverityTests {
    @Test(
        "is read from a label, and is a warning when the label says nothing that is known",
        arguments: [("critical", Severity.critical), ("Critical", .critical), ("info", .info), ("page", .warning), (nil, .warning)]
            as [(String?, Severity)])
    func label(label: String?, severity: Severity) {
        #expect(Severity(label: label) == severity)
    }

    @Test("rises from info to critical")
    func order() {
        #expect(Severity.allCases.sorted() == [.info, .warning, .critical])
    }
}
