/// What an IMAP journey may do once it is connected. The order is always this one.
public enum IMAPStep: String, Hashable, Sendable, CaseIterable {
    /// Asks what the server can do. Asked for anyway where something depends on it and the server has not told.
    case capability
    /// Lists the folders.
    case list
    /// Opens the folder.
    case select
    /// Opens each of the other folders in turn, and then the first one again.
    case `switch`
    /// Searches the last week.
    case search
    /// Reads the header of the newest message.
    case fetch
    /// Reads the newest message's text.
    case body
    /// Files a message of our own among the sent ones.
    case append
    /// A second session files a message of our own, and the first one is told of it.
    case idle
    /// Flags that message, and a second session is told of it.
    case flag

    /// Whether it puts messages into the mailbox.
    public var writes: Bool {
        switch self {
        case .append, .idle, .flag: true
        case .capability, .list, .select, .switch, .search, .fetch, .body: false
        }
    }

    /// Whether it happens inside an open folder.
    var needsFolder: Bool {
        switch self {
        case .select, .switch, .search, .fetch, .body, .idle, .flag: true
        case .capability, .list, .append: false
        }
    }

    /// All that change nothing.
    public static let reading = Set(allCases.filter { !$0.writes })
}
