import PostwatchModel

/// When something that is judged and has no data any more is taken for removed, so that its alerts end: the annotation `postwatch_forget`.
///
/// Missing data are no recovery. But a host that was taken out of service for good would have alerts for ever.
public enum RemovalPolicy: Hashable, Sendable {
    /// Without data for so long, and neither a series `up` nor the configured platform names it any more. Default: 1 d.
    case unlisted(after: Duration)
    /// Without data for so long, whoever names it: `postwatch_forget: 12h`.
    case always(after: Duration)
    /// `postwatch_forget: never`
    case never

    public static let standard = RemovalPolicy.unlisted(after: .seconds(86_400))

    /// `12h`, `never`. `nil` for anything else.
    init?(annotation text: String) {
        if text == "never" {
            self = .never
        } else if let patience = Duration(prometheus: text), patience > .zero {
            self = .always(after: patience)
        } else {
            return nil
        }
    }

    /// How long something must be without data; `nil` when it is never taken for removed.
    var patience: Duration? {
        switch self {
        case .unlisted(let patience), .always(let patience): patience
        case .never: nil
        }
    }
}
