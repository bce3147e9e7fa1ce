/// Why an account cannot be restored.
public enum MailLogFault: Error, Hashable, Sendable {
    /// The bytes are not what an account was written as.
    case damaged
    /// They were written by another version of this library.
    case unknownVersion(Int)
}
