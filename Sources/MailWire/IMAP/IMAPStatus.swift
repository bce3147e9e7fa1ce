/// How a command ended, or what the server tells unasked. Source: RFC 3501, section 7.1.
public struct IMAPStatus: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case ok = "OK"
        case no = "NO"
        case bad = "BAD"
        case bye = "BYE"
        case preauthenticated = "PREAUTH"
    }

    public let kind: Kind
    public let code: IMAPResponseCode?
    /// Human-readable and printable; may be empty.
    public let text: String

    public init(_ kind: Kind, code: IMAPResponseCode? = nil, text: String) {
        self.kind = kind
        self.code = code
        self.text = text
    }
}

extension IMAPStatus: CustomStringConvertible {
    /// `NO [AUTHENTICATIONFAILED] Authentication failed.`
    public var description: String {
        ([kind.rawValue] + (code.map { ["[\($0)]"] } ?? []) + (text.isEmpty ? [] : [text])).joined(separator: " ")
    }
}

/// The part of a status that programs read. Source: RFC 3501, section 7.1; RFC 4315; RFC 5530.
public enum IMAPResponseCode: Hashable, Sendable {
    case capability([String])
    case permanentFlags([String])
    case uidValidity(UInt32)
    case uidNext(UID)
    case readOnly
    case readWrite
    /// Where an appended message lies. Source: RFC 4315, section 3.
    case appendUID(validity: UInt32, UID)
    /// Any other, with its name in capitals and what stands behind it.
    case other(name: String, argument: String)
}

extension IMAPResponseCode: CustomStringConvertible {
    public var description: String {
        switch self {
        case .capability(let names): "CAPABILITY \(names.joined(separator: " "))"
        case .permanentFlags(let flags): "PERMANENTFLAGS (\(flags.joined(separator: " ")))"
        case .uidValidity(let number): "UIDVALIDITY \(number)"
        case .uidNext(let uid): "UIDNEXT \(uid)"
        case .readOnly: "READ-ONLY"
        case .readWrite: "READ-WRITE"
        case .appendUID(let validity, let uid): "APPENDUID \(validity) \(uid)"
        case .other(let name, let argument): argument.isEmpty ? name : "\(name) \(argument)"
        }
    }
}
