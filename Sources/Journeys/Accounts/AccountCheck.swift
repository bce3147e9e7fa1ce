import MailClient
import MailWire
import PostwatchModel

/// Signs in as a journey would, and looks whether everything is there that it needs. Nothing is sent, put or deleted.
struct AccountCheck {
    let setting: JourneySetting
    let need: AccountNeed

    /// Ends within the journey's timeout plus one second. The password is never in what it returns.
    func run() async -> AccountFinding {
        let recorder = setting.makeRecorder()
        do {
            recorder.veil.hide(try need.account.password.read(), of: need.account.username)
            try await look(recorder)
        } catch {
            recorder.fail("\(error)")
        }
        return AccountFinding(
            journey: setting.configuration.name, username: need.account.username, server: need.server, purpose: need.purpose,
            fault: recorder.failure)
    }

    // MARK: - Private

    private func look(_ recorder: RunRecorder) async throws {
        switch need.door {
        case .mailbox(let access, let use): try await MailboxCheck(setting, access, need.account, use, recorder).run()
        case .submission(let access): try await look(into: access, recorder)
        case .pop3(let access): try await look(into: access, recorder)
        case .sieve(let access): try await look(into: access, recorder)
        case .calendar(let access): try await look(into: .calendar, access, recorder)
        case .contacts(let access): try await look(into: .contacts, access, recorder)
        case .web(let access): try await look(into: access, recorder)
        case .webmail(let access): try await look(into: access, recorder)
        }
    }

    /// Signs in, and asks whether this sender may write to this recipient; then takes it back.
    private func look(into access: SMTPAccess, _ recorder: RunRecorder) async throws {
        let exchange = MailExchange(route: try ExchangeRoute(access), setting: setting, recorder: recorder)
        do {
            try await exchange.open()
            if let recipient = access.to {
                for command in [SMTPCommand.mail(from: access.from), .recipient(recipient)] {
                    let reply = try await exchange.reply(to: command, in: "envelope")
                    guard reply.isPositive else {
                        let finding = reply.isPermanentFailure ? "the account" : "cannot tell now whether the account"
                        let right = reply.isPermanentFailure ? "may not send" : "may send"
                        throw StepFailure(
                            "\(exchange.place): \(finding) \(need.account.username) \(right) from <\(access.from)> to \(recipient): "
                                + "\(command.verb) was answered with \(MailExchange.printable(reply))")
                    }
                }
                _ = try await exchange.reply(to: .reset, in: "envelope")
            }
            try await exchange.part()
        } catch {
            await exchange.leave()
            throw error
        }
    }

    private func look(into access: POP3Access, _ recorder: RunRecorder) async throws {
        let visit = POP3Visit(access: access, tls: try TLSClient(for: access.tls, access.tlsSettings), setting: setting, recorder: recorder)
        do {
            try await visit.open()
            try await visit.login(need.account.username, try need.account.password.read())
            _ = try await visit.perform(.status, in: "stat")
            try await visit.quit()
        } catch {
            await visit.leave()
            throw error
        }
    }

    private func look(into access: SieveAccess, _ recorder: RunRecorder) async throws {
        let visit = SieveVisit(
            access: access, tls: try TLSClient(for: access.tls, access.tlsSettings), setting: setting, recorder: recorder)
        do {
            try await visit.open()
            try await visit.login(try need.account.password.read())
            _ = try await visit.isActive(SieveScript(journey: setting.configuration.name, folder: access.folder))
            try await visit.logout()
        } catch {
            await visit.leave()
            throw error
        }
    }

    private func look(into service: DAVService, _ access: DAVAccess, _ recorder: RunRecorder) async throws {
        let route = try HTTPRoute(to: access.url, by: access.destination, access.tlsSettings)
        let visit = DAVVisit(service: service, access: access, route: route, setting: setting, recorder: recorder)
        defer { visit.leave() }
        visit.signIn(try need.account.password.read())
        try await visit.open()
        let collection = try await visit.collection(in: try await visit.discover())
        guard try await visit.mayWrite(into: collection) else {
            throw StepFailure(
                "\(route.place("\(collection.url)")): the account \(need.account.username) may read this \(service.collectionName) and not write into it"
            )
        }
    }

    /// The question itself is all that the journey does.
    private func look(into access: HTTPAccess, _ recorder: RunRecorder) async throws {
        let run = await (try HTTPTask(access).journey(in: setting)).run()
        if let failure = run.failure { throw StepFailure(failure) }
    }

    private func look(into access: WebmailAccess, _ recorder: RunRecorder) async throws {
        let route = try HTTPRoute(to: access.url, by: access.destination, access.tlsSettings)
        try await WebmailJourney(setting: setting, access: access, route: route).signIn(recorder)
    }
}

extension JourneyFactory {
    /// Checks one account of a journey.
    public func check(_ need: AccountNeed, of configuration: JourneyConfiguration) async -> AccountFinding {
        await AccountCheck(setting: setting(of: configuration, labels: configuration.labels), need: need).run()
    }
}
