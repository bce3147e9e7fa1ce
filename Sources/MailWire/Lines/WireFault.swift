/// What a peer sent, or a caller wanted to send, that the protocol does not allow. After a fault a parser stays at it: where the
/// next reply would begin is no longer known.
public enum WireFault: Error, Hashable, Sendable {
    /// A line of more than `limit` bytes, or that many bytes without an end of line.
    case lineTooLong(limit: Int)
    /// A literal is announced with `size` bytes.
    case literalTooLarge(size: Int, limit: Int)
    /// One reply of more than `limit` bytes, or of more than `limit` lines where it is counted in lines.
    case replyTooLarge(limit: Int)
    /// Lists inside lists, more than `limit` deep.
    case nestedTooDeeply(limit: Int)
    /// Bytes that are no reply. `found` is a printable excerpt.
    case malformed(expected: String, found: String)
    /// A command that cannot be written: `reason` says why and quotes none of it.
    case unencodable(reason: String)
}

extension WireFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .lineTooLong(let limit): "a line of more than \(limit) bytes"
        case .literalTooLarge(let size, let limit): "a literal of \(size) bytes, more than the \(limit) that are taken"
        case .replyTooLarge(let limit): "a reply beyond the limit of \(limit)"
        case .nestedTooDeeply(let limit): "lists nested more than \(limit) deep"
        case .malformed(let expected, let found): "\(found) instead of \(expected)"
        case .unencodable(let reason): "a command that cannot be sent: \(reason)"
        }
    }
}
