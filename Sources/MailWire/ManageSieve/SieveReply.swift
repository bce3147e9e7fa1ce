/// How a ManageSieve server ends its answer, with the lines of data that came before. Source: RFC 5804, sections 1.2 and 4.
public struct SieveReply: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable {
        case ok = "OK"
        case no = "NO"
        case bye = "BYE"
    }

    public let status: Status
    /// `QUOTA/MAXSCRIPTS`, `TRYLATER`, `WARNINGS`; `nil` when there is none.
    public let code: String?
    /// Printable; empty when the server says nothing.
    public let text: String
    public let data: [SieveData]

    public init(status: Status, code: String? = nil, text: String = "", data: [SieveData] = []) {
        self.status = status
        self.code = code
        self.text = text
        self.data = data
    }

    /// Capabilities with their values, as the greeting brings them: `SASL` → `PLAIN LOGIN`. Names in capitals.
    public var capabilities: [String: String] {
        Dictionary(data.compactMap { line in line.strings.first.map { ($0.uppercased(), line.strings.dropFirst().first ?? "") } }) { $1 }
    }

    /// Scripts as LISTSCRIPTS brings them.
    public var scripts: [(name: String, isActive: Bool)] {
        data.compactMap { line in
            line.strings.first.map { ($0, line.atoms.contains { $0.uppercased() == "ACTIVE" }) }
        }
    }
}

extension SieveReply: CustomStringConvertible {
    /// `NO (QUOTA/MAXSCRIPTS) "too many scripts"`.
    public var description: String {
        ([status.rawValue] + (code.map { ["(\($0))"] } ?? []) + (text.isEmpty ? [] : ["\"\(text)\""])).joined(separator: " ")
    }
}
