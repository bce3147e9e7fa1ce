/// The address of something on a web server, taken apart: as much of RFC 3986 as HTTP needs.
public struct HTTPURL: Hashable, Sendable {
    /// Bytes that an address may have.
    public static let lengthLimit = 8192

    /// `https`.
    public let isEncrypted: Bool
    /// A host name in small letters or an address, without brackets.
    public let host: String
    /// 1…65535.
    public let port: Int
    /// Path and query as a request names them: `/mail/?_task=login`. Begins with a slash and is visible ASCII.
    public let target: String

    /// Reads an absolute address with scheme `http` or `https`. A fragment is left out; a user is refused, since a password might stand
    /// beside it. Characters that must not stand in an address, such as spaces, are percent-encoded as browsers do. `nil` when it is none.
    public init?(_ text: String) {
        // First of all, so that every character is one byte: a mark that combines with a # would hide it from whoever looks for one.
        let text = Self.encoded(text)
        guard text.utf8.count <= Self.lengthLimit, let (isEncrypted, rest) = Self.scheme(of: text) else { return nil }
        let authority = rest.prefix { !"/?#\\".contains($0) }
        guard let (host, port) = Self.authority(authority, defaultPort: isEncrypted ? 443 : 80) else { return nil }
        self.init(isEncrypted: isEncrypted, host: host, port: port, target: Self.normalised(rest[authority.endIndex...]))
    }

    /// Where a link on the page at this address leads. Source: RFC 3986, section 5.2. `nil` when that is no address of the web.
    public func resolving(_ reference: String) -> HTTPURL? {
        let reference = Self.encoded(reference)
        guard reference.utf8.count <= Self.lengthLimit else { return nil }
        if Self.scheme(of: reference) != nil { return HTTPURL(reference) }
        let head = reference.prefix { !"/?#".contains($0) }
        // mailto:, javascript: and the like.
        guard !head.contains(":") else { return nil }
        if reference.hasPrefix("//") { return HTTPURL((isEncrypted ? "https:" : "http:") + reference) }
        let withoutFragment = reference.prefix { $0 != "#" }
        switch withoutFragment.first {
        case nil: return self
        case "/": return with(target: Self.normalised(withoutFragment))
        case "?": return with(target: Self.normalised((path + withoutFragment)[...]))
        case _?:
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
            return with(target: Self.normalised((folder + withoutFragment)[...]))
        }
    }

    /// `https://mail.example.test`, with the port when it is not the scheme's own.
    public var origin: String { (isEncrypted ? "https://" : "http://") + authority }

    /// What stands in the header `Host`.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isEncrypted ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Without the query.
    public var path: String { String(target.prefix { $0 != "?" }) }

    // MARK: - Private

    private init(isEncrypted: Bool, host: String, port: Int, target: String) {
        self.isEncrypted = isEncrypted
        self.host = host
        self.port = port
        self.target = target
    }

    private func with(target: String) -> HTTPURL {
        HTTPURL(isEncrypted: isEncrypted, host: host, port: port, target: target)
    }

    private static func scheme(of text: String) -> (isEncrypted: Bool, rest: Substring)? {
        for (scheme, isEncrypted) in [("https://", true), ("http://", false)] where text.prefix(scheme.count).lowercased() == scheme {
            return (isEncrypted, text.dropFirst(scheme.count))
        }
        return nil
    }

    private static func authority(_ text: Substring, defaultPort: Int) -> (host: String, port: Int)? {
        var host = text
        var rest: Substring = ""
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<bracket]
            rest = text[text.index(after: bracket)...]
            guard host.utf8.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else { return nil }
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
            guard host.utf8.allSatisfy({ isLetterOrDigit($0) || "-._".utf8.contains($0) }) else { return nil }
        }
        guard !host.isEmpty, host.utf8.count <= 253 else { return nil }
        guard rest.count > 1 else { return rest.isEmpty || rest == ":" ? (host.lowercased(), defaultPort) : nil }
        guard rest.first == ":", rest.dropFirst().utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(rest.dropFirst()),
            (1...65_535).contains(port)
        else { return nil }
        return (host.lowercased(), port)
    }

    /// Begins with a slash, has no fragment, no dot segments and nothing but visible ASCII.
    private static func normalised(_ text: Substring) -> String {
        let whole = text.prefix { $0 != "#" }
        let path = whole.prefix { $0 != "?" }
        return withoutDots(String(path).replacing("\\", with: "/")) + whole[path.endIndex...]
    }

    /// Source: RFC 3986, section 5.2.4.
    private static func withoutDots(_ path: String) -> String {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(path.hasPrefix("/") ? 1 : 0)
        var kept: [Substring] = []
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/")
    }

    private static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte > 0x20 && byte < 0x7F && !"\"<>`{}|^".utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += PercentEncoding.escape(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
}

extension HTTPURL: CustomStringConvertible {
    /// `https://mail.example.test/mail/?_task=login`.
    public var description: String { origin + target }
}
