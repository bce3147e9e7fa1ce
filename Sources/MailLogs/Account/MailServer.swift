/// A mail server whose messages are accounted for one by one.
public enum MailServer: String, CaseIterable, Hashable, Sendable {
    case postfix, exim
}
