import PostwatchModel
import PromQL
import Synchronization

/// A series selector as it stands in `match[]`: a metric, matchers in braces, or both, and nothing else.
struct SeriesSelector: Sendable {
    /// Is asked for samples, and notes what for.
    private final class Listener: SampleQuerying {
        private let heard = Mutex<[LabelMatcher]>([])

        var matchers: [LabelMatcher] { heard.withLock { $0 } }

        func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
            heard.withLock { $0 = selection.matchers }
        }
    }

    /// Never empty.
    let matchers: [LabelMatcher]

    /// Throws `QueryParameters.Fault`.
    init(_ text: String) async throws {
        do {
            let query = try PromQLQuery(text)
            // A range can be put behind a selector and behind nothing else. The line break ends a comment.
            guard let range = try? PromQLQuery(text + "\n[1m]"), range.type == .rangeVector else {
                throw QueryParameters.Fault(
                    message: "invalid parameter \"match[]\": \"\(text)\" is not a series selector such as up{job=\"mx\"}")
            }
            let listener = Listener()
            _ = try await QueryEngine(samples: listener).instant(query, at: Timestamp(milliseconds: 0))
            matchers = listener.matchers
        } catch let fault as PromQLFault {
            throw QueryParameters.Fault(message: "invalid parameter \"match[]\": \(fault)")
        }
        precondition(!matchers.isEmpty, "A selector without matchers is no PromQL")
    }
}
