/// What one line of a delivery agent says: `to=<…>, orig_to=<…>, relay=…, conn_use=…, delay=…, delays=…, dsn=…, status=… (…)`.
/// Source: Postfix, ADDRESS_REWRITING_README and postconf(5); log_adhoc(3) writes it.
struct Delivery {
    /// Of the recipient; empty when the address has none.
    private(set) var domain: LogBytes
    private(set) var relay: LogBytes
    /// In milliseconds, since the message arrived.
    private(set) var delay = 0
    /// The four stages in milliseconds, in the order of `DeliveryStage`; `nil` in lines of old versions.
    private(set) var stages: SIMD4<Int>?
    private(set) var code = EnhancedCode.none
    /// The code as it stands there; empty when there is none.
    private(set) var codeText: LogBytes
    private(set) var status = DeliveryStatus.sent
    /// Inside of the parentheses.
    private(set) var text: LogBytes

    /// - Parameter body: behind `id: `. `nil` when it is no delivery.
    @inline(__always)
    init?(_ body: LogBytes) {
        guard body.hasPrefix("to=<"), let address = MailAddress.read(body, at: 4) else { return nil }
        domain = address.domain
        relay = body.prefix(0)
        codeText = relay
        text = relay
        if readFields(body, at: address.end + 1) { return }
        // An address in the form of old versions may hold `>` as well. The fields behind it must be complete, whatever it holds.
        var end = address.end
        for _ in 0..<Self.mostGuesses {
            guard let next = MailAddress.read(body, at: end + 1) else { return nil }
            end = next.end
            domain = next.domain
            if readFields(body, at: end + 1) { return }
        }
        return nil
    }

    // MARK: - Private

    private static let mostGuesses = 16
    private static let longestRelay = 512

    /// From behind the `>` of the recipient on. Says whether all is there that must be.
    @inline(__always)
    private mutating func readFields(_ body: LogBytes, at index: Int) -> Bool {
        var position = index
        var hasDelay = false
        relay = body.prefix(0)
        while body[position] == UInt8(ascii: ","), body[position &+ 1] == UInt8(ascii: " ") {
            position &+= 2
            switch body[position] {
            case UInt8(ascii: "r"):
                guard body.hasPrefix("relay=", at: position) else { return false }
                let start = position &+ 6
                guard let end = body.prefix(start + Self.longestRelay).index(of: UInt8(ascii: ","), from: start) else { return false }
                relay = body.part(start, end)
                position = end
            case UInt8(ascii: "d"):
                if body.hasPrefix("delay=", at: position) {
                    guard let seconds = Self.seconds(body, at: position &+ 6) else { return false }
                    delay = seconds.milliseconds
                    position = seconds.end
                    hasDelay = true
                } else if body.hasPrefix("delays=", at: position) {
                    guard let end = readStages(body, at: position &+ 7) else { return false }
                    position = end
                } else if body.hasPrefix("dsn=", at: position) {
                    guard let read = EnhancedCode.read(body, at: position &+ 4) else { return false }
                    code = read.code
                    codeText = body.part(position &+ 4, read.end)
                    position = read.end
                } else {
                    return false
                }
            case UInt8(ascii: "s"):
                return hasDelay && readStatus(body, at: position)
            case UInt8(ascii: "c"):
                guard body.hasPrefix("conn_use=", at: position), let count = body.number(at: position &+ 9) else { return false }
                position = count.end
            case UInt8(ascii: "o"):
                guard body.hasPrefix("orig_to=<", at: position), let end = Self.originalEnd(body, at: position &+ 9) else { return false }
                position = end
            default:
                return false
            }
        }
        return false
    }

    /// `orig_to` may hold `>` in old versions, too: it ends before `, relay=`.
    private static func originalEnd(_ body: LogBytes, at index: Int) -> Int? {
        guard let address = MailAddress.read(body, at: index) else { return nil }
        if body.hasPrefix(", relay=", at: address.end + 1) { return address.end + 1 }
        return body.prefix(index + 2000).index(of: ">, relay=", from: address.end).map { $0 + 1 }
    }

    @inline(__always)
    private mutating func readStages(_ body: LogBytes, at index: Int) -> Int? {
        var read = SIMD4<Int>()
        var position = index
        for stage in 0..<4 {
            guard let seconds = Self.seconds(body, at: position) else { return nil }
            read[stage] = seconds.milliseconds
            position = seconds.end
            if stage < 3 {
                guard body[position] == UInt8(ascii: "/") else { return nil }
                position &+= 1
            }
        }
        stages = read
        return position
    }

    @inline(__always)
    private mutating func readStatus(_ body: LogBytes, at index: Int) -> Bool {
        guard body.hasPrefix("status=", at: index) else { return false }
        var position = index &+ 7
        if body.hasPrefix("sent", at: position) {
            position &+= 4
            status = .sent
        } else if body.hasPrefix("deferred", at: position) {
            position &+= 8
            status = .deferred
        } else if body.hasPrefix("bounced", at: position) {
            position &+= 7
            status = .bounced
        } else if body.hasPrefix("deliverable", at: position) {
            position &+= 11
            status = .deliverable
        } else if body.hasPrefix("undeliverable", at: position) {
            position &+= 13
            status = .undeliverable
        } else if body.hasPrefix("soft-bounced", at: position) || body.hasPrefix("SOFTBOUNCE", at: position) {
            status = .deferred
            position = body.index(of: UInt8(ascii: " "), from: position) ?? body.count
        } else {
            return false
        }
        guard position == body.count || body[position] == UInt8(ascii: " ") else { return false }
        text = body.dropFirst(position &+ 1)
        if text[0] == UInt8(ascii: "(") {
            text = text.dropFirst(1)
            if text[text.count &- 1] == UInt8(ascii: ")") { text = text.prefix(text.count &- 1) }
        }
        return true
    }

    /// Seconds with or without fraction, as milliseconds.
    @inline(__always)
    private static func seconds(_ body: LogBytes, at index: Int) -> (milliseconds: Int, end: Int)? {
        var whole = 0
        var position = index
        while case let digit = Int(body[position]) &- 48, digit >= 0, digit <= 9 {
            whole = min(whole &* 10 &+ digit, 1_000_000_000)
            position &+= 1
        }
        guard position > index else { return nil }
        whole &*= 1000
        if body[position] == UInt8(ascii: ".") {
            position &+= 1
            var worth = 100
            while case let digit = Int(body[position]) &- 48, digit >= 0, digit <= 9 {
                whole &+= digit &* worth
                worth /= 10
                position &+= 1
            }
        }
        return (whole, position)
    }
}
