import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime

/// What a client of calendars or contacts does: finds the user's collection, puts an item, reads it, finds it by a query and by what
/// changed, sees it from a second client, and deletes it. Items that earlier runs had to leave behind are removed.
struct DAVJourney: JourneyRunning {
    let setting: JourneySetting
    let service: DAVService
    let access: DAVAccess
    let route: HTTPRoute

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder(reserving: true)
        let first = DAVVisit(service: service, access: access, route: route, setting: setting, recorder: recorder)
        let second = DAVVisit(service: service, access: access, route: route, setting: setting, recorder: recorder)
        do {
            let password = try access.account.password.read()
            for visit in [first, second] { visit.signIn(password) }
            try await work(first, second, startedAt: startedAt)
        } catch {
            recorder.fail("\(error)")
        }
        await first.removeLeftBehind()
        for visit in [first, second] { visit.leave() }
        return setting.run(recorder, startedAt: startedAt)
    }

    // MARK: - Private

    private func work(_ first: DAVVisit, _ second: DAVVisit, startedAt: Timestamp) async throws {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        let item = DAVItem(mark: ProbeMark(journey: name, id: "dav-" + random, sentAt: startedAt), key: setting.signingKey)
        try await first.open()
        let home = try await first.discover()
        let collection = try await first.collection(in: home)
        let stored = try await first.put(item, into: collection)
        try await first.get(stored)
        let orphans = try await first.find(stored, in: collection, now: startedAt)
        try await first.synchronise(stored, in: collection)
        try await second.see(stored)
        try await first.delete(stored, and: orphans)
    }
}
