import MailWire
import PostwatchModel
import PostwatchRuntime

extension NegativeAttempt {
    /// A password that nobody has.
    private static var wrongPassword: Secret {
        Secret(String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36))
    }

    func tryWrongPassword() async throws {
        guard let account = task.submission?.account else { return }
        let exchange = try await exchange(by: routes.submission)
        let reply = try await exchange.authenticate(account.username, Self.wrongPassword, isExpectedToWork: false)
        await exchange.leave()
        guard !reply.isPositive || reply.code == 334 else {
            throw fault("accepted a wrong password for the account \(account.username)", "anybody may send in its name")
        }
        // Source: RFC 4954, section 6.
        guard reply.code == 535 else { throw obstacle("AUTH with a wrong password", reply, expected: "535") }
    }

    /// A server that does not offer it is not tried: no password must travel in the clear for that.
    func tryPlaintextAuth() async throws {
        let exchange = try await exchange(by: routes.plainSubmission)
        let offered = exchange.capabilities?.parameters(of: "AUTH").map { $0.uppercased() } ?? []
        // The others do not show the password.
        guard let mechanism = [SMTPMechanism.plain, .login].first(where: { offered.contains($0.name) }) else {
            return await exchange.leave()
        }
        // Nobody's account with nobody's password.
        let reply = try await exchange.authenticate("postwatch-nobody", Self.wrongPassword, isExpectedToWork: false)
        await exchange.leave()
        // 535 is a verdict on the password, which it therefore has read. Source: RFC 4954, section 6: 538 or 530 refuse to.
        guard reply.isPermanentFailure, reply.code != 535 else {
            throw fault(
                "takes passwords without encryption (AUTH \(mechanism.name) was answered with \(MailExchange.printable(reply)))",
                "offer AUTH behind STARTTLS only")
        }
    }

    func tryWrongPasswordInIMAP() async throws {
        guard let account = task.mailbox?.account else { return }
        let visit = try await mailbox(by: routes.mailbox)
        let status = try await visit.verdict(on: account.username, Self.wrongPassword)
        await visit.leave()
        switch status.value.kind {
        case .no: return
        case .ok: throw fault("accepted a wrong password for the account \(account.username)", "anybody may read its mail")
        case .bad, .bye, .preauthenticated:
            throw StepFailure(
                "\(place): a login with a wrong password was answered with \(status.value) during \(check.rawValue), expected NO")
        }
    }
}
