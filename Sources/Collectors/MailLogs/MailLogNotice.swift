import MailLogs

/// Something about a followed log that a person may want to know; it goes on in spite of it.
public enum MailLogNotice: Hashable, Sendable {
    /// The file or the entry of the journal where reading had stopped is not there any more, or the content of the file was replaced: it
    /// goes on with the oldest that is newer. What had not been read before that is not counted.
    case placeLost(path: String)
    /// What was known of the log cannot be used. It was set aside, and the log is read from its end on.
    case stateDamaged(path: String, reason: String)
    /// After a crash of the agent, lines would be read again from the last state that could be written.
    case stateNotSaved(reason: String)
    /// A message was accepted, no line says how it ended, and it is not in the queue.
    case messageVanished(LostMessage)
}

extension MailLogNotice: CustomStringConvertible {
    public var description: String {
        switch self {
        case .placeLost(let path):
            "the place in \(path) where reading had stopped is not there any more; it goes on with what is there now"
        case .stateDamaged(let path, let reason):
            "\(path) cannot be used: \(reason); it was set aside, and the log is read from its end on"
        case .messageVanished(let message):
            "the message \(message.queueID) of \(message.instance) vanished: it was accepted, no line says how it ended, and it is not in "
                + "the queue"
        case .stateNotSaved(let reason): "what is known of the log could not be saved: \(reason)"
        }
    }
}
