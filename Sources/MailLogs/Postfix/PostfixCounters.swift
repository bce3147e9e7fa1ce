/// All that is counted of Postfix, apart from destinations and single messages.
struct PostfixCounters: Sendable {
    static let codeLimit = 200
    static let cipherLimit = 100
    static let serviceLimit = 100
    static let pipeLimit = 16

    var sessions = CounterRow<SessionEvent>()
    var losses = CounterTable<SessionLoss, SessionStage>()
    var commands = CounterTable<SessionCommand, CommandResult>()
    var clients = CounterRow<SASLMethod>()
    var loginFailures = CounterRow<SASLMethod>()
    var rejects = CounterTable<RejectingService, RejectClass>()
    var rejectCodes: NamedCounters<RejectingService>
    var actions = CounterRow<RuleAction>()
    /// Named by what stands from the protocol to the bits.
    var tlsIn: NamedCounters<TLSTrust>
    var tlsOut: NamedCounters<TLSTrust>
    /// Of the LMTP client.
    var tlsStore: NamedCounters<TLSTrust>
    var cleanup = CounterRow<CleanupEvent>()
    var queue = CounterRow<QueueEvent>()
    var queuedSizes = SizeHistogram(bounds: [
        1_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000,
    ])
    var queuedRecipients = SizeHistogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
    var deliveries = CounterTable<DeliveryAgent, DeliveryStatus>()
    var deferrals = CounterTable<DeliveryAgent, DeliveryReason>()
    var bounces = CounterTable<DeliveryAgent, DeliveryReason>()
    /// By status code.
    var codes: NamedCounters<DeliveryStatus>
    /// The same of the SMTP client alone.
    var smtpCodes: NamedCounters<DeliveryStatus>
    /// Rows: agent, attempt, stage.
    var delays = DelayHistogram(rows: DeliveryAgent.allCases.count * 8)
    var pipes: NamedCounters<DeliveryStatus>
    /// Rows: number of the pipe, stage.
    var pipeDelays = DelayHistogram(rows: 4)
    var failures = CounterTable<DeliveryAgent, ConnectionFailure>()
    var notices = CounterRow<NoticeKind>()
    var pickups: UInt64 = 0
    var screening = CounterRow<ScreeningEvent>()
    var administration = CounterRow<AdministratorAction>()
    var master = CounterRow<MasterEvent>()
    /// How often a service reached its process limit, by service.
    var processLimits: NamedCounters<LogLevel>
    /// Lines that are more than information, by service.
    var levels: NamedCounters<LogLevel>
    /// Lines that were not understood, by service.
    var unsupported: NamedCounters<LogLevel>

    init(seed: UInt64) {
        rejectCodes = NamedCounters(limit: Self.codeLimit, seed: seed)
        tlsIn = NamedCounters(limit: Self.cipherLimit, seed: seed)
        tlsOut = NamedCounters(limit: Self.cipherLimit, seed: seed)
        tlsStore = NamedCounters(limit: Self.cipherLimit, seed: seed)
        codes = NamedCounters(limit: Self.codeLimit, seed: seed)
        smtpCodes = NamedCounters(limit: Self.codeLimit, seed: seed)
        pipes = NamedCounters(limit: Self.pipeLimit, seed: seed)
        processLimits = NamedCounters(limit: Self.serviceLimit, seed: seed)
        levels = NamedCounters(limit: Self.serviceLimit, seed: seed)
        unsupported = NamedCounters(limit: Self.serviceLimit, seed: seed)
    }

    /// The row of `delays`.
    @inline(__always)
    static func row(_ agent: DeliveryAgent, _ attempt: DeliveryAttempt, _ stage: Int) -> Int {
        (Int(agent.rawValue) &* 2 &+ Int(attempt.rawValue)) &* 4 &+ stage
    }
}

extension PostfixCounters: Restorable {
    func encode(to writer: inout ByteWriter) {
        sessions.encode(to: &writer)
        losses.encode(to: &writer)
        commands.encode(to: &writer)
        clients.encode(to: &writer)
        loginFailures.encode(to: &writer)
        rejects.encode(to: &writer)
        rejectCodes.encode(to: &writer)
        actions.encode(to: &writer)
        tlsIn.encode(to: &writer)
        tlsOut.encode(to: &writer)
        tlsStore.encode(to: &writer)
        cleanup.encode(to: &writer)
        queue.encode(to: &writer)
        queuedSizes.encode(to: &writer)
        queuedRecipients.encode(to: &writer)
        deliveries.encode(to: &writer)
        deferrals.encode(to: &writer)
        bounces.encode(to: &writer)
        codes.encode(to: &writer)
        smtpCodes.encode(to: &writer)
        delays.encode(to: &writer)
        pipes.encode(to: &writer)
        pipeDelays.encode(to: &writer)
        failures.encode(to: &writer)
        notices.encode(to: &writer)
        writer.number(pickups)
        screening.encode(to: &writer)
        administration.encode(to: &writer)
        master.encode(to: &writer)
        processLimits.encode(to: &writer)
        levels.encode(to: &writer)
        unsupported.encode(to: &writer)
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        try sessions.decode(from: &reader)
        try losses.decode(from: &reader)
        try commands.decode(from: &reader)
        try clients.decode(from: &reader)
        try loginFailures.decode(from: &reader)
        try rejects.decode(from: &reader)
        try rejectCodes.decode(from: &reader)
        try actions.decode(from: &reader)
        try tlsIn.decode(from: &reader)
        try tlsOut.decode(from: &reader)
        try tlsStore.decode(from: &reader)
        try cleanup.decode(from: &reader)
        try queue.decode(from: &reader)
        try queuedSizes.decode(from: &reader)
        try queuedRecipients.decode(from: &reader)
        try deliveries.decode(from: &reader)
        try deferrals.decode(from: &reader)
        try bounces.decode(from: &reader)
        try codes.decode(from: &reader)
        try smtpCodes.decode(from: &reader)
        try delays.decode(from: &reader)
        try pipes.decode(from: &reader)
        pipeDelays.grow(toRows: pipes.names.count * 4)
        try pipeDelays.decode(from: &reader)
        try failures.decode(from: &reader)
        try notices.decode(from: &reader)
        pickups = try reader.counter()
        try screening.decode(from: &reader)
        try administration.decode(from: &reader)
        try master.decode(from: &reader)
        try processLimits.decode(from: &reader)
        try levels.decode(from: &reader)
        try unsupported.decode(from: &reader)
    }
}
