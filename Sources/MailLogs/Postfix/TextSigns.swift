/// What the words of a reply hint at. One pass over the text: at the beginning of each word its first letters say which phrases to try.
struct TextSigns: OptionSet {
    let rawValue: UInt32

    static let greylisting = TextSigns(rawValue: 1 << 0)
    static let rate = TextSigns(rawValue: 1 << 1)
    /// On a list of bad hosts, or of bad repute.
    static let listed = TextSigns(rawValue: 1 << 2)
    static let spam = TextSigns(rawValue: 1 << 3)
    static let tls = TextSigns(rawValue: 1 << 4)
    static let dns = TextSigns(rawValue: 1 << 5)
    static let mailboxFull = TextSigns(rawValue: 1 << 6)
    static let unknownUser = TextSigns(rawValue: 1 << 7)
    static let mailboxUnavailable = TextSigns(rawValue: 1 << 8)
    static let policy = TextSigns(rawValue: 1 << 9)
    static let relaying = TextSigns(rawValue: 1 << 10)
    static let tooLarge = TextSigns(rawValue: 1 << 11)
    static let loop = TextSigns(rawValue: 1 << 12)
    static let local = TextSigns(rawValue: 1 << 13)
    static let helo = TextSigns(rawValue: 1 << 14)
    static let sender = TextSigns(rawValue: 1 << 15)
    static let client = TextSigns(rawValue: 1 << 16)
    static let recipient = TextSigns(rawValue: 1 << 17)

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(in text: LogBytes) {
        self = []
        let table = Self.table
        var isInside = false
        var position = 0
        while position < text.count {
            let isLetter = LogBytes.isLetter(text[position])
            if isLetter, !isInside { table.match(text, at: position, into: &self) }
            isInside = isLetter
            position += 1
        }
    }

    // MARK: - Private

    private struct Phrase: Sendable {
        let text: StaticString
        let signs: TextSigns
    }

    /// Phrases by a hash of their first two letters.
    private struct Table: Sendable {
        private var phrases: [Phrase] = []
        /// Where the phrases of each hash begin; one more than there are.
        private var starts: [UInt16] = []

        init(_ all: [Phrase]) {
            for bucket in 0..<256 {
                starts.append(UInt16(phrases.count))
                phrases += all.filter { Self.bucket($0.text.utf8Start[0], $0.text.utf8Start[1]) == bucket }
            }
            starts.append(UInt16(phrases.count))
        }

        @inline(__always)
        func match(_ text: LogBytes, at index: Int, into signs: inout TextSigns) {
            let bucket = Self.bucket(LogBytes.lowercase(text[index]), LogBytes.lowercase(text[index + 1]))
            for number in Int(starts[bucket])..<Int(starts[bucket + 1]) where text.hasFoldedPrefix(phrases[number].text, at: index) {
                signs.formUnion(phrases[number].signs)
            }
        }

        @inline(__always)
        private static func bucket(_ first: UInt8, _ second: UInt8) -> Int {
            Int((first & 15) << 4 | (second & 15)) ^ Int(first >> 4 & 1) << 3
        }
    }

    private static let table = Table([
        Phrase(text: "greylist", signs: .greylisting), Phrase(text: "graylist", signs: .greylisting),
        Phrase(text: "grey-list", signs: .greylisting), Phrase(text: "gray-list", signs: .greylisting),
        Phrase(text: "grey list", signs: .greylisting), Phrase(text: "postgrey", signs: .greylisting),
        Phrase(text: "too many", signs: .rate), Phrase(text: "too much mail", signs: .rate), Phrase(text: "too fast", signs: .rate),
        Phrase(text: "rate limit", signs: .rate), Phrase(text: "rate-limit", signs: .rate), Phrase(text: "ratelimit", signs: .rate),
        Phrase(text: "throttl", signs: .rate), Phrase(text: "unusual rate", signs: .rate), Phrase(text: "at a rate", signs: .rate),
        Phrase(text: "concurrent", signs: .rate), Phrase(text: "hourly limit", signs: .rate), Phrase(text: "daily limit", signs: .rate),
        Phrase(text: "exceeded the", signs: .rate), Phrase(text: "sending limit", signs: .rate),
        Phrase(text: "blocked", signs: .listed), Phrase(text: "blacklist", signs: .listed), Phrase(text: "blocklist", signs: .listed),
        Phrase(text: "block list", signs: .listed), Phrase(text: "denylist", signs: .listed), Phrase(text: "dnsbl", signs: .listed),
        Phrase(text: "spamhaus", signs: .listed), Phrase(text: "spamcop", signs: .listed), Phrase(text: "reputation", signs: .listed),
        Phrase(text: "listed at", signs: .listed), Phrase(text: "listed by", signs: .listed), Phrase(text: "listed in", signs: .listed),
        Phrase(text: "user complaints", signs: .listed), Phrase(text: "tss0", signs: .listed), Phrase(text: "banned", signs: .listed),
        Phrase(text: "spam", signs: .spam), Phrase(text: "unsolicited", signs: .spam), Phrase(text: "bulk mail", signs: .spam),
        Phrase(text: "tls", signs: .tls), Phrase(text: "starttls", signs: .tls), Phrase(text: "certificate", signs: .tls),
        Phrase(text: "handshake", signs: .tls), Phrase(text: "encryption required", signs: .tls),
        Phrase(text: "domain not found", signs: .dns), Phrase(text: "host not found", signs: .dns),
        Phrase(text: "name service error", signs: .dns), Phrase(text: "malformed dns", signs: .dns), Phrase(text: "nullmx", signs: .dns),
        Phrase(text: "domain name not found", signs: .dns), Phrase(text: "does not resolve", signs: .dns),
        Phrase(text: "cannot find your hostname", signs: [.dns, .client]),
        Phrase(text: "cannot find your reverse", signs: [.dns, .client]),
        Phrase(text: "quota", signs: .mailboxFull), Phrase(text: "overquota", signs: .mailboxFull),
        Phrase(text: "mailbox full", signs: .mailboxFull), Phrase(text: "mailbox is full", signs: .mailboxFull),
        Phrase(text: "out of storage", signs: .mailboxFull), Phrase(text: "mailbox size limit", signs: .mailboxFull),
        Phrase(text: "user unknown", signs: .unknownUser), Phrase(text: "unknown user", signs: .unknownUser),
        Phrase(text: "no such user", signs: .unknownUser), Phrase(text: "no such recipient", signs: .unknownUser),
        Phrase(text: "does not exist", signs: .unknownUser), Phrase(text: "doesn't exist", signs: .unknownUser),
        Phrase(text: "unknown recipient", signs: .unknownUser), Phrase(text: "recipient unknown", signs: .unknownUser),
        Phrase(text: "invalid recipient", signs: .unknownUser), Phrase(text: "recipient not found", signs: .unknownUser),
        Phrase(text: "no mailbox", signs: .unknownUser), Phrase(text: "undeliverable address", signs: .unknownUser),
        Phrase(text: "user not found", signs: .unknownUser), Phrase(text: "unrouteable address", signs: .unknownUser),
        Phrase(text: "unknown address", signs: .unknownUser), Phrase(text: "account disabled", signs: .unknownUser),
        Phrase(text: "mailbox unavailable", signs: .mailboxUnavailable), Phrase(text: "mailbox not found", signs: .unknownUser),
        Phrase(text: "policy", signs: .policy), Phrase(text: "dmarc", signs: .policy), Phrase(text: "spf", signs: .policy),
        Phrase(text: "dkim", signs: .policy), Phrase(text: "not allowed", signs: .policy), Phrase(text: "not permitted", signs: .policy),
        Phrase(text: "message refused", signs: .policy), Phrase(text: "content rejected", signs: .policy),
        Phrase(text: "virus", signs: .policy), Phrase(text: "unauthenticated", signs: .policy), Phrase(text: "prohibited", signs: .policy),
        Phrase(text: "relay access denied", signs: .relaying), Phrase(text: "relaying denied", signs: .relaying),
        Phrase(text: "relay not permitted", signs: .relaying), Phrase(text: "relaying not", signs: .relaying),
        Phrase(text: "message size", signs: .tooLarge), Phrase(text: "too large", signs: .tooLarge),
        Phrase(text: "too big", signs: .tooLarge),
        Phrase(text: "size limit", signs: .tooLarge), Phrase(text: "size exceeds", signs: .tooLarge),
        Phrase(text: "too many hops", signs: .loop), Phrase(text: "hop count", signs: .loop), Phrase(text: "loops back", signs: .loop),
        Phrase(text: "forwarding loop", signs: .loop), Phrase(text: "mail loop", signs: .loop), Phrase(text: "routing loop", signs: .loop),
        Phrase(text: "insufficient system", signs: .local), Phrase(text: "no space left", signs: .local),
        Phrase(text: "temporary lookup failure", signs: .local), Phrase(text: "command died", signs: .local),
        Phrase(text: "command time limit", signs: .local), Phrase(text: "temporary failure", signs: .local),
        Phrase(text: "internal error", signs: .local), Phrase(text: "configuration", signs: .local), Phrase(text: "maildir", signs: .local),
        Phrase(text: "queue file write error", signs: .local), Phrase(text: "cannot ", signs: .local),
        Phrase(text: "helo command rejected", signs: .helo), Phrase(text: "ehlo command rejected", signs: .helo),
        Phrase(text: "sender address rejected", signs: .sender), Phrase(text: "client host rejected", signs: .client),
        Phrase(text: "unverified client host", signs: .client), Phrase(text: "recipient address rejected", signs: .recipient),
    ])
}
