/// What is wrong with the bytes of a remote-write request; `at` counts bytes of the decompressed request.
public enum RemoteWriteFault: Error, Hashable, Sendable {
    /// The request ends inside of a field that begins at or behind `at`.
    case truncated(at: Int)
    case overlongVarint(at: Int)
    case unknownWireType(UInt8, at: Int)
    case invalidFieldNumber(at: Int)
    case unbalancedGroup(at: Int)
}

extension RemoteWriteFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let at): "the request ends inside the field at byte \(at)"
        case .overlongVarint(let at): "the number at byte \(at) has more than 64 bits"
        case .unknownWireType(let type, let at): "the field at byte \(at) has the unknown wire type \(type)"
        case .invalidFieldNumber(let at): "the field at byte \(at) has no valid number"
        case .unbalancedGroup(let at): "the group at byte \(at) does not end as it began"
        }
    }
}
