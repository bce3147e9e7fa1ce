/// The cookies that a browser would keep. Source: RFC 6265, section 5.
///
/// There is no list of public suffixes: a domain needs a dot, which keeps out what is plainly wrong, and a jar lives for one run.
public struct CookieJar: Hashable, Sendable {
    /// Bytes of one cookie. RFC 6265, section 6.1, asks for 4096 at least; SOGo's are longer.
    static let sizeLimit = 16_384
    /// Cookies of a jar; the oldest goes first.
    static let countLimit = 200

    private struct Cookie: Hashable, Sendable {
        let name: String
        let value: String
        let domain: String
        let isHostOnly: Bool
        let path: String
        let isSecure: Bool
        /// Seconds since 1970; `nil` lasts as long as the jar.
        let expiry: Int64?
    }

    private var cookies: [Cookie] = []

    public init() {}

    public var isEmpty: Bool { cookies.isEmpty }

    /// Takes what an answer sets.
    /// - Parameters:
    ///   - url: what was asked for.
    ///   - now: seconds since 1970.
    public mutating func take(_ fields: HTTPFields, from url: HTTPURL, at now: Int64) {
        for text in fields.values(of: "Set-Cookie") {
            guard text.utf8.count <= Self.sizeLimit, let cookie = Self.cookie(text, from: url, at: now) else { continue }
            cookies.removeAll { $0.name == cookie.name && $0.domain == cookie.domain && $0.path == cookie.path }
            if let expiry = cookie.expiry, expiry <= now { continue }
            cookies.append(cookie)
            if cookies.count > Self.countLimit { cookies.removeFirst() }
        }
    }

    /// What stands in the header `Cookie` of a request; `nil` for none. Longer paths come first.
    public func header(for url: HTTPURL, at now: Int64) -> String? {
        let sent = sent(to: url, at: now)
        return sent.isEmpty ? nil : sent.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }

    /// The value that a cookie of this name has where it would be sent to `url`; `nil` when none would.
    public func value(of name: String, for url: HTTPURL, at now: Int64) -> String? {
        sent(to: url, at: now).first { $0.name == name }?.value
    }

    // MARK: - Private

    private func sent(to url: HTTPURL, at now: Int64) -> [Cookie] {
        let sent = cookies.filter { cookie in
            (cookie.expiry ?? .max) > now && (!cookie.isSecure || url.isEncrypted)
                && (cookie.isHostOnly ? cookie.domain == url.host : Self.matches(url.host, domain: cookie.domain))
                && Self.matches(url.path, path: cookie.path)
        }
        return sent.enumerated().sorted { ($1.element.path.count, $0.offset) < ($0.element.path.count, $1.offset) }.map(\.element)
    }

    private static func cookie(_ text: String, from url: HTTPURL, at now: Int64) -> Cookie? {
        let parts = WireText.parts(text, at: ";", omittingEmpty: false)
        guard let pair = parts.first, let (name, value) = nameAndValue(pair), !name.isEmpty else { return nil }
        guard (name + value).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        var domain = url.host
        var isHostOnly = true
        var path = folder(of: url)
        var isSecure = false
        var expiry: Int64?
        var maximumAge: Int64?
        for part in parts.dropFirst() {
            let (key, value) = nameAndValue(part) ?? (WireText.trimmed(part), "")
            switch key.lowercased() {
            case "domain":
                let wanted = String(Substring(value.utf8.drop { $0 == UInt8(ascii: ".") })).lowercased()
                guard !wanted.isEmpty else { continue }
                guard matches(url.host, domain: wanted), wanted.contains(".") || wanted == url.host else { return nil }
                domain = wanted
                isHostOnly = false
            case "path": path = value.utf8.first == UInt8(ascii: "/") ? value : folder(of: url)
            case "secure": isSecure = true
            case "expires": expiry = CookieDate.seconds(value) ?? expiry
            case "max-age": maximumAge = Int64(value) ?? maximumAge
            default: break
            }
        }
        // Counts before Expires; a cookie that lasts longer than numbers do lasts as long as the jar.
        if let maximumAge {
            let end = now.addingReportingOverflow(maximumAge)
            expiry = maximumAge <= 0 ? .min : end.overflow ? nil : end.partialValue
        }
        guard !isSecure || url.isEncrypted else { return nil }
        return Cookie(
            name: name, value: value, domain: domain, isHostOnly: isHostOnly, path: path, isSecure: isSecure, expiry: expiry)
    }

    private static func nameAndValue(_ part: String) -> (name: String, value: String)? {
        let sides = WireText.parts(part, at: "=", atMost: 2, omittingEmpty: false).map(WireText.trimmed)
        return sides.count == 2 ? (sides[0], sides[1]) : nil
    }

    /// Source: RFC 6265, section 5.1.4.
    private static func folder(of url: HTTPURL) -> String {
        let path = url.path
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Source: RFC 6265, section 5.1.3. Addresses have no parents.
    private static func matches(_ host: String, domain: String) -> Bool {
        if host == domain { return true }
        let isAddress = host.contains(":") || host.split(separator: ".").allSatisfy { Int($0) != nil }
        return !isAddress && host.hasSuffix("." + domain)
    }

    private static func matches(_ path: String, path wanted: String) -> Bool {
        guard path.hasPrefix(wanted) else { return false }
        return path.count == wanted.count || wanted.hasSuffix("/") || path.dropFirst(wanted.count).first == "/"
    }
}
