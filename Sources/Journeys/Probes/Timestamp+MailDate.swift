import MailWire
import PostwatchModel

extension Timestamp {
    /// A moment as headers and mailboxes write it; `nil` for anything else.
    init?(mailDate text: String) {
        guard let seconds = MailDateTime.seconds(text) else { return nil }
        self.init(milliseconds: seconds * 1000)
    }
}
