import MailWire

/// Whether SPF lets an address send for a domain: `check_host()` of RFC 7208, section 4, and how many questions its record costs.
struct SPFEvaluation {
    enum Outcome: Hashable, Sendable {
        case none, neutral, pass, fail, softfail
        /// Verifiers give up; the text says on what.
        case permanentError(String)
        /// An answer is not there (yet).
        case unknown
    }

    /// Source: RFC 7208, section 4.6.4.
    static let lookupLimit = 10
    static let voidLookupLimit = 2
    /// Where counting ends: beyond it only loops are.
    private static let countLimit = 100

    let inquiry: IdentityInquiry
    let address: InternetAddress
    let sender: String
    /// Whether lookups that find nothing are limited. Not for an address that nobody sends from: of it nothing should be found.
    let limitsVoidLookups: Bool
    private var lookups = 0
    private var voidLookups = 0

    init(_ inquiry: IdentityInquiry, address: InternetAddress, sender: String, limitsVoidLookups: Bool = true) {
        self.inquiry = inquiry
        self.address = address
        self.sender = sender
        self.limitsVoidLookups = limitsVoidLookups
    }

    mutating func outcome() -> Outcome {
        lookups = 0
        voidLookups = 0
        do throws(Stop) {
            return try check(sender)
        } catch {
            switch error {
            case .unknown: return .unknown
            case .permanent(let text): return .permanentError(text)
            }
        }
    }

    /// The questions that the whole record costs when no mechanism matches before the last; `nil` as long as an answer is missing. The
    /// record of the domain itself is not counted.
    func lookupCount() -> Int? {
        var count = 0
        return self.count(sender, into: &count, depth: 0) ? count : nil
    }

    // MARK: - Private

    private enum Stop: Error {
        case unknown
        case permanent(String)
    }

    private func count(_ domain: String, into count: inout Int, depth: Int) -> Bool {
        guard count < Self.countLimit, depth < Self.lookupLimit * 2 else { return true }
        guard let texts = inquiry.texts(of: domain) else { return false }
        let records = texts.filter(SPFRecord.isMeant)
        guard records.count == 1, let record = try? SPFRecord(records[0]) else { return true }
        var isComplete = true
        let macro = SPFMacro(address: address, sender: sender, domain: domain)
        for directive in record.directives where directive.mechanism.asksNames {
            count += 1
            if case .include(let name) = directive.mechanism, let name = try? macro.expand(name) {
                isComplete = self.count(name, into: &count, depth: depth + 1) && isComplete
            }
        }
        if let redirect = record.redirect {
            count += 1
            if let name = try? macro.expand(redirect) { isComplete = self.count(name, into: &count, depth: depth + 1) && isComplete }
        }
        return isComplete
    }

    private mutating func check(_ domain: String) throws(Stop) -> Outcome {
        guard let texts = inquiry.texts(of: domain) else { throw .unknown }
        let records = texts.filter(SPFRecord.isMeant)
        guard let text = records.first else { return .none }
        guard records.count == 1 else { throw .permanent("\(domain) has \(records.count) SPF records") }
        let record: SPFRecord
        do throws(RecordFault) {
            record = try SPFRecord(text)
        } catch {
            throw .permanent("the record of \(domain) is not understood: \(error)")
        }
        let macro = SPFMacro(address: address, sender: sender, domain: domain)
        for directive in record.directives where try matches(directive.mechanism, of: domain, macro) {
            return switch directive.qualifier {
            case .pass: .pass
            case .fail: .fail
            case .softfail: .softfail
            case .neutral: .neutral
            }
        }
        guard let redirect = record.redirect else { return .neutral }
        try countLookup(of: "redirect=\(redirect)")
        let target = try expand(redirect, macro)
        let outcome = try check(target)
        guard outcome != .none else { throw .permanent("redirect leads to \(target), which has no SPF record") }
        return outcome
    }

    private mutating func matches(_ mechanism: SPFRecord.Mechanism, of domain: String, _ macro: SPFMacro) throws(Stop) -> Bool {
        if mechanism.asksNames { try countLookup(of: domain) }
        switch mechanism {
        case .all: return true
        case .network(let network, let prefix): return address.isInside(network, prefix: prefix)
        case .include(let name):
            let target = try expand(name, macro)
            let outcome = try check(target)
            guard outcome != .none else { throw .permanent("\(domain) includes \(target), which has no SPF record") }
            return outcome == .pass
        case .a(let name, let prefix4, let prefix6):
            let addresses = try addresses(of: try expand(name, macro) ?? domain)
            if addresses.isEmpty { try countVoid(of: name ?? domain) }
            return isAmong(addresses, prefix4, prefix6)
        case .mx(let name, let prefix4, let prefix6):
            let target = try expand(name, macro) ?? domain
            guard let records = inquiry.records(of: target, .mx) else { throw .unknown }
            if records.isEmpty { try countVoid(of: target) }
            guard records.count <= Self.lookupLimit else { throw .permanent("\(target) has more than \(Self.lookupLimit) mail exchangers") }
            for case .exchanger(_, let host) in records.map(\.content) where !host.isEmpty {
                if isAmong(try addresses(of: host), prefix4, prefix6) { return true }
            }
            return false
        case .exists(let name):
            let target = try expand(name, macro)
            guard let records = inquiry.records(of: target, .a) else { throw .unknown }
            if records.isEmpty { try countVoid(of: target) }
            return !records.isEmpty
        case .ptr(let name):
            let target = (try expand(name, macro) ?? domain).lowercased()
            guard let names = inquiry.confirmedNames(of: address) else { throw .unknown }
            return names.contains { $0.lowercased() == target || $0.lowercased().hasSuffix(".\(target)") }
        }
    }

    private func isAmong(_ addresses: [InternetAddress], _ prefix4: Int, _ prefix6: Int) -> Bool {
        addresses.contains { address.isInside($0, prefix: $0.isIPv4 ? prefix4 : prefix6) }
    }

    private func addresses(of host: String) throws(Stop) -> [InternetAddress] {
        guard let records = inquiry.records(of: host, address.isIPv4 ? .a : .aaaa) else { throw .unknown }
        return records.compactMap { record in
            if case .address(let address) = record.content { return address }
            return nil
        }
    }

    private mutating func countLookup(of place: String) throws(Stop) {
        lookups += 1
        guard lookups <= Self.lookupLimit else { throw .permanent("more than \(Self.lookupLimit) lookups are needed, at \(place)") }
    }

    private mutating func countVoid(of place: String) throws(Stop) {
        voidLookups += 1
        guard voidLookups <= Self.voidLookupLimit || !limitsVoidLookups else {
            throw .permanent("more than \(Self.voidLookupLimit) lookups find nothing, at \(place)")
        }
    }

    private func expand(_ name: String, _ macro: SPFMacro) throws(Stop) -> String {
        do throws(RecordFault) {
            return try macro.expand(name)
        } catch {
            throw .permanent("\(error)")
        }
    }

    private func expand(_ name: String?, _ macro: SPFMacro) throws(Stop) -> String? {
        guard let name else { return nil }
        let expanded: String = try expand(name, macro)
        return expanded
    }
}
