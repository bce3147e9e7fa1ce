import Foundation
import TestSupport
import Testing

/// Every kind of journey once against the real platform, by the program as an operator runs it. Webmail and what must fail have tests of
/// their own.
@Suite("Every journey", .serialized, .timeLimit(.minutes(5)))
struct EveryJourneyTests {
    private static let network = "127.90"
    private static let directory = "/tmp/postwatch-e2e-\(network)"
    private static let environment = ["TESTBED_NETWORK": network, "TESTBED_HOME": directory + "/testbed"]

    /// The access of a user to a server, as the section of a journey.
    private static func access(_ place: String, user: String, passwordOf other: String? = nil) -> String {
        let home = "\(directory)/testbed"
        let trust = "tls_config: {ca_file: \(home)/ca/ca.pem}"
        return "{\(place), username: \(user)@example.test, password_file: \(home)/secrets/\(other ?? user)@example.test, \(trust)}"
    }

    private static func configuration() -> String {
        let trust = "tls_config: {ca_file: \(directory)/testbed/ca/ca.pem}"
        let mailbox = access("server: imap.example.test", user: "customer-1")
        let submission = access("server: smtp.example.test, from: probe-1@example.test, to: probe-2@example.test", user: "probe-1")
        let sections: [(name: String, kind: String, rest: String)] = [
            ("imap", "imap", "imap: \(mailbox), folders: [Sent, Drafts]"),
            ("imap-writing", "imap", "imap: \(mailbox), steps: [select, append, idle, flag]"),
            ("pop3", "pop3", "pop3: \(access("server: mailstore-1.example.test", user: "customer-1"))"),
            (
                "sieve", "sieve",
                "sieve: \(access("server: mailstore-1.example.test", user: "customer-1")), imap: {server: imap.example.test, \(trust)}, "
                    + "smtp: {from: probe@remote.test, to: customer-1@example.test, tls: none}"
            ),
            ("inbound", "inbound", "smtp: {from: probe@remote.test, to: customer-1@example.test, tls: none}, imap: \(mailbox)"),
            ("outbound", "outbound", "smtp: \(submission), imap: \(access("server: imap.example.test", user: "probe-2"))"),
            (
                "round-trip", "round-trip",
                "smtp: \(access("server: smtp.example.test, from: probe-1@example.test, to: echo@remote.test", user: "probe-1")), "
                    + "imap: \(access("server: imap.example.test", user: "probe-1"))"
            ),
            ("calendar", "caldav", "caldav: \(access("url: 'https://dav-1.example.test'", user: "customer-1"))"),
            ("contacts", "carddav", "carddav: \(access("url: 'https://dav-1.example.test'", user: "customer-1"))"),
            ("page", "http", "http: {url: 'https://dav-1.example.test/.web/', \(trust)}"),
            ("name", "dns", "dns: {server: '\(network).0.53:53', name: example.test, record: mx}"),
            ("port", "tcp", "tcp: {server: 'mx-1.example.test:25', greeting: '220 mx-1'}"),
            ("certificate", "tls", "tls: {server: 'mx-1.example.test:25', protocol: smtp, \(trust)}"),
            (
                "calendar-stranger", "caldav",
                "caldav: \(access("url: 'https://dav-1.example.test'", user: "customer-1", passwordOf: "probe-1"))"
            ),
            ("pop3-stranger", "pop3", "pop3: \(access("server: mailstore-1.example.test", user: "customer-1", passwordOf: "probe-1"))"),
            ("sieve-stranger", "sieve", "sieve: \(access("server: mailstore-1.example.test", user: "customer-1", passwordOf: "probe-1"))"),
        ]
        return "journeys:\n"
            + sections.map { "  - {name: \($0.name), kind: \($0.kind), resolver: '\(network).0.53:53', \($0.rest)}\n" }.joined()
    }

    /// What `postwatch journey run` prints.
    private func run(_ journey: String) throws -> String {
        let child = try ChildProcess(
            Places.program.path,
            ["journey", "run", journey, "--config", "\(Self.directory)/postwatch.yml", "--data", "\(Self.directory)/data"],
            log: "\(Self.directory)/\(journey)-\(UUID().uuidString).log")
        child.wait()
        return child.output
    }

    private func files(_ path: String) -> [String] {
        (FileManager.default.enumerator(atPath: "\(Self.directory)/testbed/nodes/\(path)")?.allObjects as? [String] ?? [])
    }

    @Test("is green on a platform that works, and leaves nothing behind")
    func green() throws {
        try #require(getuid() == 0, "these tests need root: the platform's nodes use the standard mail ports")
        func down() {
            try? ChildProcess.run(Places.testbed("down"), [], environment: Self.environment)
            try? FileManager.default.removeItem(atPath: Self.directory)
        }
        down()
        defer { down() }
        try FileManager.default.createDirectory(atPath: Self.directory, withIntermediateDirectories: true)
        try ChildProcess.run(Places.testbed("up"), ["--more"], environment: Self.environment)
        try Self.configuration().write(toFile: "\(Self.directory)/postwatch.yml", atomically: true, encoding: .utf8)
        let journeys = [
            "imap", "imap-writing", "pop3", "sieve", "inbound", "outbound", "round-trip", "calendar", "contacts", "page", "name", "port",
            "certificate",
        ]
        for journey in journeys {
            let output = try run(journey)
            #expect(output.contains("✓"), "\(output)")
        }
        let mails = files("mailstore-1/mail/customer-1/Maildir").filter {
            $0.contains("/cur/") || $0.contains("/new/") || $0.hasPrefix("cur/")
        }
        #expect(mails.count == 1, "only the welcome stays: \(mails)")
        // Radicale remembers what was there, so that clients hear of it.
        let items = files("dav-1/collections").filter { $0.hasSuffix(".ics") || $0.hasSuffix(".vcf") }
        #expect(items.allSatisfy { $0.contains(".Radicale.cache") }, "nothing stays: \(items)")

        #expect(try run("calendar-stranger").contains("login refused for the account customer-1@example.test: 401"))
        #expect(try run("pop3-stranger").contains("login refused for the account customer-1@example.test: -ERR [AUTH]"))
        #expect(try run("sieve-stranger").contains("login refused for the account customer-1@example.test: NO"))
    }
}
