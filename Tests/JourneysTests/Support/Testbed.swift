import Foundation
import Journeys
import MailClient
import NIOPosix
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

/// The real platform of `testbed/`, on a network of its own.
struct Testbed {
    let network: String
    let home: String
    private let environment: [String: String]

    /// Brings it up, runs `body`, and takes it down again whatever happened.
    static func run(network: String, _ body: (Testbed) async throws -> Void) async throws {
        try #require(getuid() == 0, "these tests need root: the platform's nodes use the standard mail ports")
        // Short, since the names of Unix sockets are; by network, so that what an earlier run left behind is found and removed.
        let home = "/tmp/postwatch-journeys-\(network)"
        let testbed = Testbed(
            network: network, home: home, environment: ["TESTBED_NETWORK": network, "TESTBED_HOME": home])
        testbed.down()
        try ChildProcess.run(Places.testbed("up"), [], environment: testbed.environment)
        do {
            try await body(testbed)
        } catch {
            testbed.down()
            throw error
        }
        testbed.down()
    }

    // MARK: What is there

    func endpoint(_ host: String, _ port: Int) -> Endpoint { Endpoint(host: "\(network).\(host)", port: port) }

    /// The one that answers for the platform's names.
    var nameServer: Endpoint { endpoint("0.53", 53) }

    var trust: TLSSettings { TLSSettings(caFile: "\(home)/ca/ca.pem") }

    func account(_ user: String) -> MailAccount {
        MailAccount(username: user, password: .file("\(home)/secrets/\(user)"))
    }

    /// Where users hand mail in.
    func submission(from user: String, to recipient: String? = nil) -> SMTPAccess {
        SMTPAccess(
            server: Endpoint(host: "smtp.example.test", port: 587), tls: .starttls, tlsSettings: trust, from: user, to: recipient,
            account: account(user))
    }

    func mailbox(of user: String) -> IMAPAccess {
        IMAPAccess(server: Endpoint(host: "imap.example.test", port: 993), tlsSettings: trust, account: account(user))
    }

    // MARK: What is done with it

    /// Runs a journey once, asking the platform's name server.
    func run(_ task: any JourneyTask, named name: String = "journey-1", timeout: Duration = .seconds(40)) async throws -> JourneyRun {
        let world = World(clock: ContinuousClock()) { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
        let factory = JourneyFactory(
            vantage: "here", signingKey: ProbeSigningKey(Array("a key of the tests".utf8)), world: world,
            group: MultiThreadedEventLoopGroup.singleton, threadPool: .singleton)
        let run = await (try factory.make(JourneyConfiguration(name: name, task: task, timeout: timeout, resolver: nameServer))).run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        return run
    }

    /// Changes settings of a Postfix node; it works by them when this returns.
    func configure(_ node: String, _ settings: [String: String]) throws {
        let directory = "\(home)/nodes/\(node)/postfix"
        let changes = settings.map { "\($0.key)=\($0.value)" }
        try ChildProcess.run("/usr/sbin/postconf", ["-c", directory, "-e"] + changes)
        // Postfix waits until a file of settings is two seconds old before it trusts that nobody is still writing it.
        try FileManager.default.setAttributes([.modificationDate: Date() - 60], ofItemAtPath: "\(directory)/main.cf")
        try ChildProcess.run(Places.testbed("restart"), [node], environment: environment)
    }

    // MARK: - Private

    private func down() {
        try? ChildProcess.run(Places.testbed("down"), [], environment: environment)
    }
}
