/// What is known of the names of programs that stand in front of lines: `postfix/smtpd`, `postfix-out/smtp`, `postfix/submission/smtpd`.
struct ProgramTable: Sendable {
    /// Whose line it is.
    enum Family: UInt8, LabelValue {
        case postfix, dovecot, exim
        /// A program that this library does not read.
        case foreign
        /// A line without header.
        case none

        var label: String { "\(self)" }
    }

    /// One name.
    struct Program: Sendable {
        let family: Family
        let daemon: PostfixDaemon
        /// Number of the instance of Postfix.
        let instance: Int
        /// Where the name of the service begins in the tag.
        let serviceStart: Int
    }

    private var tags: NameTable
    private var programs: [Program] = []
    private(set) var instances: NameTable

    init(limits: MailLogLimits, seed: UInt64) {
        tags = NameTable(limit: limits.programs, seed: seed)
        instances = NameTable(limit: min(limits.instances, 255), seed: seed)
        programs = [Program(family: .foreign, daemon: .other, instance: 0, serviceStart: 0)]
    }

    @inline(__always)
    mutating func program(_ tag: LogBytes) -> Program {
        let number = tags.number(of: tag)
        if number == 0 { return read(tag) }
        if number >= programs.count { programs.append(read(tag)) }
        return programs[number]
    }

    // MARK: - Private

    private mutating func read(_ tag: LogBytes) -> Program {
        if tag.equals("dovecot") || tag.hasPrefix("dovecot/") || tag.hasPrefix("dovecot:") {
            return Program(family: .dovecot, daemon: .other, instance: 0, serviceStart: 0)
        }
        if tag.equals("exim") || tag.equals("exim4") { return Program(family: .exim, daemon: .other, instance: 0, serviceStart: 0) }
        if let first = tag.index(of: UInt8(ascii: "/")), first > 0 {
            var last = first
            while let next = tag.index(of: UInt8(ascii: "/"), from: last + 1) { last = next }
            let daemon = PostfixDaemon(name: tag.dropFirst(last + 1))
            if daemon != nil || tag.hasPrefix("postfix") {
                return Program(
                    family: .postfix, daemon: daemon ?? .other, instance: instances.number(of: tag.prefix(first)), serviceStart: first + 1)
            }
        }
        return Program(family: .foreign, daemon: .other, instance: 0, serviceStart: 0)
    }
}

extension ProgramTable: Restorable {
    func encode(to writer: inout ByteWriter) {
        instances.encode(to: &writer)
        tags.encode(to: &writer)
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        try instances.decode(from: &reader)
        try tags.decode(from: &reader)
        // What a tag means is read again, so that a newer version of this library may know more of them.
        for number in 1..<max(tags.count, 1) {
            let program = Array(tags.nameBytes(number)).withUnsafeBytes { bytes in
                bytes.baseAddress.map { read(LogBytes(start: $0, count: bytes.count)) }
            }
            guard let program else { throw .damaged }
            programs.append(program)
        }
    }
}
