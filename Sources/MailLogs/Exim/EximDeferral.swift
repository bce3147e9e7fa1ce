/// Why Exim put a message off, from the log that it keeps of that message, `msglog/<id>` in its spool.
public struct EximDeferral: Hashable, Sendable {
    /// Of the recipient, in lower case, at most 64 bytes; empty when there is none.
    public let domain: String
    public let reason: DeliveryReason

    /// The last deferral in the log that tells a reason; `nil` when there is none: nothing was tried yet.
    /// - Parameter log: The end of the log is enough; it may begin in the middle of a line.
    public init?(lastIn log: ArraySlice<UInt8>) {
        let found = log.withUnsafeBytes { buffer -> EximDeferral? in
            guard let base = buffer.baseAddress else { return nil }
            var rest = LogBytes(start: base, count: buffer.count)
            while !rest.isEmpty {
                let end = rest[rest.count - 1] == UInt8(ascii: "\n") ? rest.count - 1 : rest.count
                var start = end
                while start > 0, rest[start - 1] != UInt8(ascii: "\n") { start -= 1 }
                if let deferral = EximDeferral(line: rest.part(start, end)) { return deferral }
                rest = rest.prefix(start)
            }
            return nil
        }
        guard let found else { return nil }
        self = found
    }

    // MARK: - Private

    /// `2026-11-28 18:52:30 u@example.org R=… T=… defer (111): Connection refused`; behind the time may stand a zone.
    private init?(line: LogBytes) {
        // A try that was not made, since it was too early, says nothing about the destination.
        guard line.contains(" defer ("), !line.contains("retry time not reached") else { return nil }
        guard LogBytes.isDigit(line[0]), line[10] == UInt8(ascii: " "), line[13] == UInt8(ascii: ":"),
            let entry = line.index(of: " ", from: 11)
        else { return nil }
        let sign = line[entry + 1]
        let hasZone = (sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")) && line[entry + 6] == UInt8(ascii: " ")
        let rest = line.dropFirst(hasZone ? entry + 7 : entry + 1)
        domain = DomainName(EximAccount.domain(rest)).text
        reason = EximAccount.reason(EximAccount.problem(rest))
    }
}
