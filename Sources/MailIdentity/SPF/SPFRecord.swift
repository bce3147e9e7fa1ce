import MailWire

/// Who may send mail in a domain's name. Source: RFC 7208, sections 4.5, 5 and 12.
public struct SPFRecord: Hashable, Sendable {
    public enum Qualifier: Character, Hashable, Sendable {
        case pass = "+"
        case fail = "-"
        case softfail = "~"
        case neutral = "?"
    }

    /// Names are as they are written, macros among them; `nil` stands for the domain itself.
    public enum Mechanism: Hashable, Sendable {
        case all
        case include(String)
        case a(String?, prefix4: Int, prefix6: Int)
        case mx(String?, prefix4: Int, prefix6: Int)
        case ptr(String?)
        case network(InternetAddress, prefix: Int)
        case exists(String)

        /// Whether it counts against the limit of lookups. Source: RFC 7208, section 4.6.4.
        public var asksNames: Bool {
            switch self {
            case .include, .a, .mx, .ptr, .exists: true
            case .all, .network: false
            }
        }
    }

    public struct Directive: Hashable, Sendable {
        public let qualifier: Qualifier
        public let mechanism: Mechanism
    }

    /// Bytes of a record. Verifiers get it by UDP, so that records should have at most 450. Source: RFC 7208, section 3.4.
    static let sizeLimit = 4096

    public let directives: [Directive]
    public let redirect: String?

    /// Whether a TXT record means to be one. Source: RFC 7208, section 4.5.
    public static func isMeant(_ text: String) -> Bool {
        text.prefix(7).prefix { $0 != " " }.lowercased() == "v=spf1"
    }

    /// Throws for what makes verifiers give up with permerror.
    public init(_ text: String) throws(RecordFault) {
        guard Self.isMeant(text) else { throw RecordFault("it does not begin with v=spf1 and a space") }
        guard text.utf8.count <= Self.sizeLimit else {
            throw RecordFault("it has \(text.utf8.count) bytes, which not every verifier takes; 450 are safe")
        }
        var directives: [Directive] = []
        var redirect: String?
        for term in text.split(separator: " ").dropFirst() {
            if let modifier = Self.modifier(term) {
                guard modifier.name == "redirect" else { continue }
                guard redirect == nil, !modifier.value.isEmpty else { throw RecordFault("redirect= comes twice or is empty") }
                redirect = modifier.value
            } else {
                directives.append(try Self.directive(term))
            }
        }
        self.directives = directives
        self.redirect = directives.contains { $0.mechanism == .all } ? nil : redirect
    }

    // MARK: - Private

    private static func modifier(_ term: Substring) -> (name: String, value: String)? {
        guard let equals = term.firstIndex(of: "="), equals > term.startIndex else { return nil }
        let name = term[..<equals].lowercased()
        guard name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || "-_.".utf8.contains($0) }) else { return nil }
        return (name, String(term[term.index(after: equals)...]))
    }

    private static func directive(_ term: Substring) throws(RecordFault) -> Directive {
        var rest = term
        var qualifier = Qualifier.pass
        if let sign = rest.first.flatMap(Qualifier.init) {
            qualifier = sign
            rest = rest.dropFirst()
        }
        let name = rest.prefix { $0 != ":" && $0 != "/" }.lowercased()
        let argument = rest.dropFirst(name.count)
        return Directive(qualifier: qualifier, mechanism: try mechanism(name, argument, term))
    }

    private static func mechanism(_ name: String, _ argument: Substring, _ term: Substring) throws(RecordFault) -> Mechanism {
        let domain = argument.hasPrefix(":") ? String(argument.dropFirst()) : nil
        let fault = RecordFault("\"\(term.prefix(60))\" is no mechanism of SPF")
        switch name {
        case "all":
            guard argument.isEmpty else { throw fault }
            return .all
        case "include", "exists":
            guard let domain, !domain.isEmpty else { throw fault }
            return name == "include" ? .include(domain) : .exists(domain)
        case "ptr":
            guard argument.isEmpty || domain?.isEmpty == false else { throw fault }
            return .ptr(domain)
        case "a", "mx":
            guard let place = place(argument) else { throw fault }
            return name == "a"
                ? .a(place.domain, prefix4: place.prefix4, prefix6: place.prefix6)
                : .mx(place.domain, prefix4: place.prefix4, prefix6: place.prefix6)
        case "ip4", "ip6":
            let parts = (domain ?? "").split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let address = parts.first.flatMap({ InternetAddress(String($0)) }), address.isIPv4 == (name == "ip4"),
                let prefix = parts.count == 2 ? number(parts[1], upTo: address.bytes.count * 8) : address.bytes.count * 8
            else { throw fault }
            return .network(address, prefix: prefix)
        default: throw fault
        }
    }

    /// `:example.net/24//64`, each part optional. A slash inside braces belongs to a macro.
    private static func place(_ argument: Substring) -> (domain: String?, prefix4: Int, prefix6: Int)? {
        var name = argument
        var prefix4 = 32
        var prefix6 = 128
        let tail = argument.lastIndex(of: "}").map { argument[$0...] } ?? argument
        if let slash = tail.firstIndex(of: "/") {
            name = argument[..<slash]
            let lengths = argument[slash...]
            let double = lengths.range(of: "//")
            let first = lengths[..<(double?.lowerBound ?? lengths.endIndex)]
            if !first.isEmpty {
                guard let length = number(first.dropFirst(), upTo: 32) else { return nil }
                prefix4 = length
            }
            if let double {
                guard let length = number(lengths[double.upperBound...], upTo: 128) else { return nil }
                prefix6 = length
            }
        }
        guard !name.isEmpty else { return (nil, prefix4, prefix6) }
        guard name.hasPrefix(":"), name.count > 1 else { return nil }
        return (String(name.dropFirst()), prefix4, prefix6)
    }

    private static func number(_ text: Substring, upTo limit: Int) -> Int? {
        guard let number = Int(text), text.utf8.allSatisfy({ (48...57).contains($0) }), number <= limit else { return nil }
        return number
    }
}
