import PostwatchModel
import Testing

@testable import Collectors

@Suite("The summary of the queues")
struct QueueSummaryTests {
    private let moment = Timestamp(milliseconds: 1_000_000_000)

    @Test("shows every queue at 0 when nothing waits")
    func empty() {
        let metrics = Metrics(QueueSummary(at: moment).measurements)
        for queue in ["active", "deferred", "hold", "incoming", "maildrop"] {
            #expect(metrics["postfix_showq_queue_depth{queue=\"\(queue)\"}"] == 0)
            #expect(metrics["postfix_showq_oldest_message_age_seconds{queue=\"\(queue)\"}"] == 0)
            #expect(metrics["postfix_showq_message_age_seconds_bucket{le=\"+Inf\", queue=\"\(queue)\"}"] == 0)
            #expect(metrics["postfix_showq_message_size_bytes_count{queue=\"\(queue)\"}"] == 0)
        }
    }

    @Test("counts depth, ages from arrival, and sizes, each queue by itself")
    func counts() {
        let metrics = metrics(
            of: entry(.deferred, age: 90, size: 500), entry(.deferred, age: 7200, size: 20_000), entry(.active, age: 0, size: 1000))
        #expect(metrics["postfix_showq_queue_depth{queue=\"deferred\"}"] == 2)
        #expect(metrics["postfix_showq_queue_depth{queue=\"active\"}"] == 1)
        #expect(metrics["postfix_showq_oldest_message_age_seconds{queue=\"deferred\"}"] == 7200)
        #expect(metrics["postfix_showq_message_age_seconds_bucket{le=\"60\", queue=\"deferred\"}"] == 0)
        #expect(metrics["postfix_showq_message_age_seconds_bucket{le=\"120\", queue=\"deferred\"}"] == 1)
        // Bounds are inclusive.
        #expect(metrics["postfix_showq_message_age_seconds_bucket{le=\"7200\", queue=\"deferred\"}"] == 2)
        #expect(metrics["postfix_showq_message_age_seconds_sum{queue=\"deferred\"}"] == 7290)
        #expect(metrics["postfix_showq_message_age_seconds_count{queue=\"deferred\"}"] == 2)
        #expect(metrics["postfix_showq_message_size_bytes_bucket{le=\"1000\", queue=\"active\"}"] == 1)
        #expect(metrics["postfix_showq_message_size_bytes_sum{queue=\"deferred\"}"] == 20_500)
    }

    @Test("takes a message that arrived after the round began for new")
    func future() {
        #expect(metrics(of: entry(.incoming, age: -5, size: 1))["postfix_showq_oldest_message_age_seconds{queue=\"incoming\"}"] == 0)
    }

    private func metrics(of messages: ListedMessage...) -> Metrics {
        var summary = QueueSummary(at: moment)
        for message in messages { summary.add(message) }
        return Metrics(summary.measurements)
    }

    private func entry(_ queue: MailQueue, age: Int64, size: Int) -> ListedMessage {
        ListedMessage(queue: queue, arrival: moment.milliseconds / 1000 - age, size: size)
    }
}
