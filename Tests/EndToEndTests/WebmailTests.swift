import Foundation
import TestSupport
import Testing

/// The presets against the webmails themselves, in front of the whole platform, by the program as an operator runs it.
@Suite("Webmail", .serialized, .timeLimit(.minutes(5)))
struct WebmailTests {
    private static let network = "127.97"
    private static let directory = "/tmp/postwatch-e2e-\(network)"
    private static let environment = ["TESTBED_NETWORK": network, "TESTBED_HOME": directory + "/testbed"]

    private static func configuration() -> String {
        let home = directory + "/testbed"
        // visit NAME NODE PATH PRESET: of the probe account, whatever else it shall be.
        func visit(_ name: String, _ node: String, _ path: String, _ preset: String, _ more: String = "") -> String {
            """
              - name: \(name)
                kind: webmail
                resolver: \(network).0.53:53
                webmail:
                  preset: \(preset)
                  url: https://\(node).example.test\(path)
                  username: probe-1@example.test
                  password_file: \(home)/secrets/\(name.hasSuffix("-stranger") ? "probe-2" : "probe-1")@example.test
                  tls_config: {ca_file: \(home)/ca/ca.pem}
                  \(more)

            """
        }
        return "journeys:\n" + visit("roundcube", "roundcube-1", "/", "roundcube") + visit("sogo", "sogo-1", "/SOGo/", "sogo")
            + visit("roundcube-reading", "roundcube-1", "/", "roundcube", "send: false")
            + visit("sogo-reading", "sogo-1", "/SOGo/", "sogo", "send: false")
            + visit("roundcube-decoy", "roundcube-1", "/", "roundcube", "to: nobody")
            + visit("sogo-decoy", "sogo-1", "/SOGo/", "sogo", "to: nobody")
            + visit("roundcube-outside", "roundcube-1", "/", "roundcube", "to: somebody@remote.test")
            + visit("roundcube-stranger", "roundcube-1", "/", "roundcube") + visit("sogo-stranger", "sogo-1", "/SOGo/", "sogo")
                + """
                  - name: page
                    kind: http
                    resolver: \(network).0.53:53
                    http:
                      url: https://roundcube-1.example.test/
                      body_contains: login-form
                      tls_config: {ca_file: \(home)/ca/ca.pem}

                """
    }

    /// What `postwatch journey run` prints; lines are those of the waterfall.
    private func run(_ journey: String) throws -> String {
        let log = "\(Self.directory)/\(journey)-\(UUID().uuidString).log"
        let child = try ChildProcess(
            Places.program.path,
            ["journey", "run", journey, "--config", "\(Self.directory)/postwatch.yml", "--data", "\(Self.directory)/data"], log: log)
        child.wait()
        return child.output
    }

    private func phases(_ output: String) -> [String] {
        output.split(separator: "\n").dropFirst().compactMap { line in
            let words = line.split(separator: " ").filter { $0 != "✗" }
            guard words.count > 2, words[0] == "webmail" || words[0] == "http" else { return nil }
            return String(words[1])
        }
    }

    private static func maildir(of user: String, at mailstore: String) -> String {
        "\(directory)/testbed/nodes/\(mailstore)/mail/\(user)/Maildir"
    }

    private func mailFiles(of user: String, in folder: String, at mailstore: String = "mailstore-1") -> [String] {
        let maildir = "\(Self.maildir(of: user, at: mailstore))/\(folder)"
        return ["cur", "new"].flatMap { (try? FileManager.default.contentsOfDirectory(atPath: "\(maildir)/\($0)")) ?? [] }
    }

    private func onPlatform(_ body: () throws -> Void) throws {
        try #require(getuid() == 0, "these tests need root: the platform's nodes use the standard mail ports")
        func down() {
            try? ChildProcess.run(Places.testbed("down"), [], environment: Self.environment)
            try? FileManager.default.removeItem(atPath: Self.directory)
        }
        down()
        defer { down() }
        try FileManager.default.createDirectory(atPath: Self.directory, withIntermediateDirectories: true)
        try ChildProcess.run(Places.testbed("up"), ["--more"], environment: Self.environment)
        try Self.configuration().replacing("to: nobody", with: "folder: Sent").write(
            toFile: "\(Self.directory)/postwatch.yml", atomically: true, encoding: .utf8)
        try body()
    }

    /// Puts what the webmail's search for its own messages will find beside them into the inbox and the sent messages: an answer to a probe,
    /// and the probe of a visit that may be under way. Gives the names of the files.
    private func placeDecoys(for webmail: String) throws -> [String] {
        let configuration = Self.configuration().replacing("to: nobody", with: "to: probe-2@example.test")
        try configuration.write(toFile: "\(Self.directory)/postwatch.yml", atomically: true, encoding: .utf8)
        let before = Set(mailFiles(of: "probe-2", in: "", at: "mailstore-2"))
        let visit = try run(webmail + "-decoy")
        #expect(visit.contains("✓"), "\(visit)")
        let arrived = "\(Self.maildir(of: "probe-2", at: "mailstore-2"))/new"
        func fresh() -> String? { mailFiles(of: "probe-2", in: "", at: "mailstore-2").first { !before.contains($0) } }
        let deadline = ContinuousClock.now + .seconds(10)
        while fresh() == nil, .now < deadline { sched_yield() }
        let probe = try String(contentsOfFile: "\(arrived)/\(try #require(fresh()))", encoding: .utf8)
        let answer = probe.replacing("Subject: ", with: "Subject: Re: ")
        #expect(probe.contains("Postwatch probe") && answer != probe)
        let maildir = Self.maildir(of: "probe-1", at: "mailstore-1")
        let owner = try FileManager.default.attributesOfItem(atPath: maildir + "/cur")
        return try ["", "/.Sent"].flatMap { folder in
            try [("answer", answer), ("probe", probe)].map { name, text in
                let file = "\(webmail)-\(name)\(folder.isEmpty ? 1 : 2):2,S"
                try text.write(toFile: "\(maildir)\(folder)/cur/\(file)", atomically: false, encoding: .utf8)
                try FileManager.default.setAttributes(
                    owner.filter { [.ownerAccountID, .groupOwnerAccountID].contains($0.key) },
                    ofItemAtPath: "\(maildir)\(folder)/cur/\(file)")
                return file
            }
        }
    }

    private func fault(_ arguments: String...) throws {
        try ChildProcess.run(Places.testbed("fault"), arguments, environment: Self.environment)
    }

    @Test("Roundcube and SOGo are visited whole, nothing stays behind, and what is broken is told by phase")
    func presets() throws {
        try onPlatform {
            for webmail in ["roundcube", "sogo"] {
                let whole = try run(webmail)
                #expect(whole.contains("✓"), "\(whole)")
                #expect(
                    Set(phases(whole)).isSuperset(of: ["tls", "login", "list", "folder", "open", "send", "arrival", "delete", "logout"]),
                    "\(whole)")
                let reading = try run(webmail + "-reading")
                #expect(reading.contains("✓") && phases(reading).contains("open") && !phases(reading).contains("send"), "\(reading)")
                #expect(mailFiles(of: "probe-1", in: "").count == 1, "only the welcome stays in the inbox")
                for folder in [".Sent", ".Trash", ".Drafts"] {
                    #expect(mailFiles(of: "probe-1", in: folder).isEmpty, "\(webmail) leaves \(folder)")
                }
            }
            let outside = try run("roundcube-outside")
            #expect(outside.contains("✓") && mailFiles(of: "probe-1", in: ".Sent").isEmpty, "\(outside)")
            for webmail in ["roundcube", "sogo"] {
                let decoys = try placeDecoys(for: webmail)
                try Self.configuration().replacing("to: nobody", with: "folder: Sent")
                    .write(toFile: "\(Self.directory)/postwatch.yml", atomically: true, encoding: .utf8)
                let visit = try run(webmail + "-decoy")
                #expect(visit.contains("✓"), "\(visit)")
                let left = mailFiles(of: "probe-1", in: "") + mailFiles(of: "probe-1", in: ".Sent")
                #expect(left.count { $0.hasPrefix(webmail) } == decoys.count, "\(webmail) keeps what is not its own: \(left)")
                #expect(left.count { !$0.hasPrefix("roundcube") && !$0.hasPrefix("sogo") } == 1, "\(webmail) removes its own: \(left)")
            }
            let page = try run("page")
            #expect(page.contains("✓") && phases(page) == ["resolve", "connect", "tls", "processing", "transfer"], "\(page)")

            let roundcube = try run("roundcube-stranger")
            #expect(
                roundcube.contains(
                    "✗ https://roundcube-1.example.test/?_task=login: answered 401 Unauthorized but the page still shows the login form during login;"
                ), "\(roundcube)")
            let sogo = try run("sogo-stranger")
            #expect(
                sogo.contains(
                    "✗ https://sogo-1.example.test/SOGo/connect: answered 403 Forbidden but nobody is let in during login; username or password are refused"
                ), "\(sogo)")

            try fault("stop", "mailstore-1")
            let broken = try run("roundcube")
            #expect(broken.contains("but the page still shows the login form during login;"), "\(broken)")
            try fault("lift", "mailstore-1")
            try fault("expire-certificate", "roundcube-1")
            // The old worker of nginx may take one more.
            #expect(try (0..<20).contains { _ in try run("page").contains("✗ roundcube-1.example.test:443: certificate expired on ") })
            try fault("lift", "roundcube-1")
            try fault("stop", "sogo-1")
            #expect(try run("sogo").contains("✗ sogo-1.example.test:443 [127.97.0.94]: connection refused during connect"))
        }
    }
}
