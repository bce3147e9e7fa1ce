import MailClient
import MailWire
import PostwatchModel

extension MailboxVisit {
    /// Signs in by the way that is set, or by the best that the server is known to take.
    func login(_ username: String, _ password: Secret) async throws {
        let method = route.access.authentication ?? (offers("AUTH=PLAIN") ? .plain : .login)
        recorder.veil.hide(password, of: username)
        let command = command(for: method, username, password)
        _ = try await step("auth", "the answer to \(command.verb)") { [self] in
            if let obstacle = obstacle(to: method) { throw StepFailure("\(place): \(obstacle)") }
            let answer = try await connected().perform(command, literals: literals, before: deadline)
            guard answer.value.status.kind == .ok else {
                throw StepFailure("\(place): login refused for the account \(username): \(Self.refusal(in: answer.value))")
            }
            // What could be done before the login need not hold behind it. Source: RFC 3501, section 6.2.3.
            capabilities = answer.value.capabilities
            return answer
        }
    }

    // MARK: - Private

    private func command(for method: IMAPAuthentication, _ username: String, _ password: Secret) -> IMAPCommand {
        let credentials: SASLCredentials
        switch method {
        case .login: return .login(username: username, password: password.reveal())
        case .plain: credentials = .plain(username: username, password: password.reveal())
        case .xoauth2: credentials = .xoauth2(username: username, token: password.reveal())
        }
        return .authenticate(credentials, inOneLine: offers("SASL-IR"))
    }

    /// Why the server is known not to take it, before any password is sent.
    private func obstacle(to method: IMAPAuthentication) -> String? {
        guard let capability = method.capability else {
            guard offers("LOGINDISABLED") else { return nil }
            return "the server takes no login on this connection (LOGINDISABLED) during auth; use tls: starttls or implicit"
        }
        guard let capabilities, !capabilities.contains(capability) else { return nil }
        let offered = capabilities.filter { $0.hasPrefix("AUTH=") }.sorted().joined(separator: ", ")
        return "the server does not offer \(capability) during auth, which auth: \(method.rawValue) needs; it offers "
            + (offered.isEmpty ? "none of that kind: use auth: login" : offered)
    }

    private static func refusal(in answer: IMAPSession.Answer) -> String {
        let challenges = answer.responses.compactMap { response -> String? in
            guard case .continuation(let text) = response, !text.isEmpty else { return nil }
            return SASLCredentials.text(ofChallenge: text)
        }
        return "\(answer.status)" + (challenges.isEmpty ? "" : " (\(challenges.joined(separator: "; ")))")
    }
}
