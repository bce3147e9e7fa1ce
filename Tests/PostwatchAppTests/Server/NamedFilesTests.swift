import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("NamedFiles")
struct NamedFilesTests {
    @Test("a file that is named and not there is told with its setting, one that is there is not")
    func missing() throws {
        let directory = TestDirectory()
        try directory.write([1], to: "there")
        let file = directory.path + "/postwatch.yml"
        let text = """
            journeys:
              - name: read
                imap: {password_file: there, tls_config: {ca_file: /nowhere/ca.pem}}
              - name: other
                imap:
                  password_file: secrets/probe
            collectors: {processes: [{match: {pid_file: /nowhere/pid}}]}
            """
        let findings = NamedFiles.findings(of: try ConfigurationFile.parse(text, file: file), file: file)
        #expect(
            findings == [
                "\(file):3: journeys[0].imap.tls_config.ca_file: there is no file /nowhere/ca.pem; make it, or correct the path",
                "\(file):6: journeys[1].imap.password_file: there is no file \(directory.path)/secrets/probe; make it, or correct the path",
            ])
    }
}
