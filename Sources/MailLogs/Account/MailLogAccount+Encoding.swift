extension MailLogAccount {
    private static let magic: [UInt8] = Array("PWML".utf8)
    private static let version = 1

    /// The whole account as bytes, to be stored with the position in the log up to which it was taken. Without the samples of unknown
    /// lines.
    ///
    /// `PWML`, version, length of the content, content, and a hash of all before it. Numbers are as `ByteWriter` writes them.
    public func encoded() -> [UInt8] {
        var content = ByteWriter()
        understood.encode(to: &content)
        unknown.encode(to: &content)
        content.number(UInt64(bitPattern: lastMoment))
        hosts.encode(to: &content)
        programs.encode(to: &content)
        postfix.encode(to: &content)
        dovecot.encode(to: &content)
        exim.encode(to: &content)
        postfix.traces.encode(to: &content)
        exim.traces.encode(to: &content)
        dovecot.traces.encode(to: &content)
        var whole = ByteWriter()
        whole.bytes(Self.magic)
        whole.number(Self.version)
        whole.bytes(content.written)
        whole.number(Self.hash(whole.written))
        return whole.written
    }

    /// Restores an account that was written by `encoded()`, under the same limits or wider ones.
    /// - Throws: `damaged`, `unknownVersion`.
    public init(
        decoding bytes: [UInt8], calendar: LogCalendar, limits: MailLogLimits = MailLogLimits(), seed: UInt64 = .random(in: 0 ... .max)
    ) throws(MailLogFault) {
        self.init(calendar: calendar, limits: limits, seed: seed)
        let fault = bytes.withUnsafeBytes { raw -> MailLogFault? in
            guard let start = raw.baseAddress else { return .damaged }
            do throws(MailLogFault) {
                try decode(LogBytes(start: start, count: raw.count))
                return nil
            } catch {
                return error
            }
        }
        if let fault { throw fault }
    }

    // MARK: - Private

    private mutating func decode(_ bytes: LogBytes) throws(MailLogFault) {
        var whole = ByteReader(bytes)
        guard try whole.bytes().bytes.elementsEqual(Self.magic) else { throw .damaged }
        let version = try whole.count(upTo: 1 << 20)
        guard version == Self.version else { throw .unknownVersion(version) }
        let inside = try whole.bytes()
        let length = inside.start - bytes.start + inside.count
        guard try whole.number() == Self.hash(Array(bytes.prefix(length).bytes)), whole.isAtEnd else { throw .damaged }
        var content = ByteReader(inside)
        try understood.decode(from: &content)
        try unknown.decode(from: &content)
        lastMoment = Int64(bitPattern: try content.number())
        try hosts.decode(from: &content)
        try programs.decode(from: &content)
        try postfix.decode(from: &content)
        try dovecot.decode(from: &content)
        try exim.decode(from: &content)
        // Earlier versions end here.
        if !content.isAtEnd {
            try postfix.traces.decode(from: &content)
            try exim.traces.decode(from: &content)
            try dovecot.traces.decode(from: &content)
        }
        let (hostCount, instanceCount) = (hosts.count, programs.instances.count)
        guard content.isAtEnd, postfix.ledger.isOfSources(hosts: hostCount, instances: instanceCount),
            exim.ledger.isOfSources(hosts: hostCount, instances: instanceCount),
            [postfix.traces, exim.traces].allSatisfy({ $0.isOfSources { Self.isKnown($0, hosts: hostCount, instances: instanceCount) } }),
            dovecot.traces.isOfSources({ $0 < UInt32(hostCount) })
        else { throw .damaged }
    }

    private static func isKnown(_ number: UInt32, hosts: Int, instances: Int) -> Bool {
        let source = MailLogSource(number: number)
        return source.host < hosts && source.instance < instances
    }

    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { raw in
            raw.baseAddress.map { LogBytes(start: $0, count: raw.count).hash(seed: 0x5057_4D4C) } ?? 0
        }
    }
}
