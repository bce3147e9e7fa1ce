import MailLogs
import PostwatchModel

extension QueueTable {
    /// The rows of the destinations with most messages, and of all others together.
    func measurements(prefix: String, most: Int, at moment: Timestamp) -> [Measurement] {
        let destinations = destinations(most: most)
        let now = moment.milliseconds / 1000
        var messages: [Measurement.Point] = []
        var oldest: [Measurement.Point] = []
        for destination in destinations {
            for cause in destination.causes {
                let labels: LabelSet = ["destination": destination.domain, "reason": cause.wait.label]
                messages.append(Measurement.Point(labels: labels, value: Double(cause.messages)))
                oldest.append(Measurement.Point(labels: labels, value: Double(max(0, now - cause.oldestArrival))))
            }
        }
        return [
            Measurement(
                "\(prefix)_queue_destination_messages", .gauge,
                help: "Messages that wait, by the domain of their recipients and why the last try was put off.", points: messages),
            Measurement(
                "\(prefix)_queue_destination_oldest_message_age_seconds", .gauge,
                help: "Time since the oldest of these messages arrived.", points: oldest),
            Measurement(
                "\(prefix)_queue_destination_message_age_seconds", .histogram,
                help: "Time since each message that waits arrived, by the domain of its recipients.",
                points: destinations.flatMap(Self.ages)),
        ]
    }

    // MARK: - Private

    private static func ages(of destination: WaitingDestination) -> [Measurement.Point] {
        Measurement.Point.histogram(
            edges: ageBounds.map { String($0) }, counts: destination.ages, sum: Double(destination.ageSum),
            labels: ["destination": destination.domain])
    }
}
