import PostwatchModel

@testable import Journeys

/// A message as an earlier run has left it.
enum SignedProbe {
    static func message(journey: String, sentAt: Timestamp, _ key: ProbeSigningKey) -> String {
        let mark = ProbeMark(journey: journey, id: "00000000-\(UInt64.random(in: .min ... .max))", sentAt: sentAt)
        return String(
            decoding: ProbeMessage(mark: mark, sender: "a@b.test", recipient: "a@b.test", host: "b.test").bytes(signedWith: key),
            as: UTF8.self)
    }
}
