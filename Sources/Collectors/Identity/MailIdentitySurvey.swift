import MailClient
import MailIdentity
import MailWire
import NIOCore
import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// Asks what a domain publishes, as far as its judge wants to know.
struct MailIdentitySurvey: Surveying {
    /// More than any domain needs; a record that makes up ever new names must not keep us asking.
    private static let questionLimit = 500

    let settings: MailIdentitySettings
    let resolver: NameResolver
    let world: World

    func survey(at moment: Timestamp) async -> Survey {
        let deadline = settings.pace.deadline
        let judge = IdentityJudge(settings.identity)
        var answers: [IdentityQuestion: IdentityAnswer] = [:]
        var judgement = judge.judgement(by: answers)
        while !judgement.missing.isEmpty {
            for question in judgement.missing {
                answers[question] =
                    answers.count < Self.questionLimit
                    ? await answer(question, before: deadline) : .failed("more questions arise than are asked")
            }
            judgement = judge.judgement(by: answers)
        }
        let measurements = Self.measurements(of: judgement).map { $0.labelled(settings.distinction) }
        return Survey(measurements: measurements, findings: findings(of: judgement), isComplete: judgement.unanswered.isEmpty)
    }

    var figuresOfFailure: [Measurement] { [Self.up(false).labelled(settings.distinction)] }

    // MARK: - Private

    private func answer(_ question: IdentityQuestion, before deadline: NIODeadline) async -> IdentityAnswer {
        do {
            switch question {
            case .records(let name, let type):
                let answer = try await resolver.answer(to: name, type, before: .ofQuestion(before: deadline)).value
                return .records(answer.records, isAlias: answer.isAlias, isAuthenticated: answer.isAuthenticated)
            case .policy(let domain):
                let url = settings.policyAddress ?? "https://mta-sts.\(domain)/.well-known/mta-sts.txt"
                return .policy(try await PolicyPage.text(at: url, within: Self.time(before: deadline)))
            case .certificates(let host):
                return .certificates(try await certificates(of: host, before: .now() + min(.seconds(15), deadline - .now())))
            }
        } catch let error as EncryptionFailure {
            if case .certificates(let host) = question { return .failed("\(host):\(settings.exchangerPort): \(error)") }
            return .failed("\(error)")
        } catch {
            return .failed("\(error)")
        }
    }

    private func certificates(of host: String, before deadline: NIODeadline) async throws -> [IdentityCertificate] {
        let port = settings.exchangerPort
        let addresses = try await resolver.addresses(of: host, port: port, before: deadline).value
        let world = world
        let probe = CertificateProbe(
            client: try TLSClient(observingAs: host), group: MultiThreadedEventLoopGroup.singleton,
            wallClock: { Int64(world.now().seconds) })
        let chain = try await probe.chain(at: addresses, host: host, speaking: .smtp, before: deadline)
        return chain.certificates.map { IdentityCertificate(bytes: $0.bytes, publicKey: $0.publicKey) }
    }

    private static func time(before deadline: NIODeadline) -> Duration {
        .nanoseconds(max(0, min((deadline - .now()).nanoseconds, 15_000_000_000)))
    }

    private func findings(of judgement: IdentityJudgement) -> [String] {
        judgement.verdicts.compactMap { verdict in
            verdict.fault.map { fault in
                let subject = verdict.subject == settings.identity.domain ? "" : " \(verdict.subject)"
                return "\(settings.identity.domain): \(verdict.check.rawValue)\(subject): \(fault)"
            }
        }
            + judgement.unanswered.map {
                "\(settings.identity.domain): not all could be looked at: \(WireText.printable($0.utf8, limit: 300))"
            }
    }

    private static func up(_ isComplete: Bool) -> Measurement {
        Measurement(
            "mail_identity_up", .gauge, help: "Whether everything could be looked at (1) or not (0).", value: isComplete ? 1 : 0)
    }

    private static func measurements(of judgement: IdentityJudgement) -> [Measurement] {
        var measurements = [
            up(judgement.unanswered.isEmpty),
            Measurement(
                "mail_identity_check", .gauge, help: "Whether what the domain publishes is right (1) or not (0).",
                points: judgement.verdicts.map {
                    .init(labels: ["check": $0.check.rawValue, "subject": $0.subject], value: $0.isGood ? 1 : 0)
                }),
        ]
        if let dmarc = judgement.dmarc {
            measurements.append(
                Measurement(
                    "mail_identity_dmarc_policy_info", .gauge, help: "What receivers shall do with mail that fails DMARC.",
                    points: [
                        .init(labels: ["policy": dmarc.policy.rawValue, "subdomain_policy": dmarc.subdomainPolicy.rawValue], value: 1)
                    ]))
        }
        if let policy = judgement.mtaSTS {
            measurements.append(
                Measurement(
                    "mail_identity_mta_sts_mode_info", .gauge, help: "Whether senders must encrypt as the MTA-STS policy says.",
                    points: [.init(labels: ["mode": policy.mode.rawValue], value: 1)]))
        }
        return measurements
    }
}
