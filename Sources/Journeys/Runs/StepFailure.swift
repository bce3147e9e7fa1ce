import MailClient
import PostwatchModel

/// Why a step went wrong, as the sentence that an operator reads.
struct StepFailure: Error, Hashable, CustomStringConvertible {
    let sentence: String
    var description: String { sentence }

    init(_ sentence: String) {
        self.sentence = sentence
    }
}

/// Where a step happens and what it waits for: the parts of the sentence about its failure.
struct StepContext {
    let wire: String
    let phase: String
    /// `imap.example.test:993`, or the name that is looked up.
    let place: String
    /// `the greeting`, `the answer to LOGIN`.
    let awaited: String
}

extension StepContext {
    func failure(of error: any Error, within timeout: Duration) -> StepFailure {
        switch error {
        case let failure as StepFailure: failure
        case let failure as ConnectionFailure: StepFailure(sentence(about: failure, within: timeout))
        case let failure as ResolveFailure: StepFailure("\(failure), during \(phase)")
        default: StepFailure("\(place): \(error) during \(phase)")
        }
    }

    // MARK: - Private

    private func sentence(about failure: ConnectionFailure, within timeout: Duration) -> String {
        switch failure {
        case .timedOut: "\(place): timed out during \(phase): \(awaited) did not come within \(timeout.prometheusText)"
        case .closed: "\(place): \(failure) during \(phase), expected \(awaited)"
        case .protocolFault: "\(place): \(failure) during \(phase), expected \(awaited)"
        case .refused, .unreachable, .dismissed, .untrusted, .tls, .cancelled: "\(place): \(failure) during \(phase)"
        }
    }
}
