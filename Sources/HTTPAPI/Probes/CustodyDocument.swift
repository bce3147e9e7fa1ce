import PostwatchModel

/// A chain of custody as the API shows it: moments in RFC 3339, durations in seconds.
struct CustodyDocument: Encodable {
    struct Hop: Encodable {
        let node: String
        let queueID: String?
        let logged: Bool
    }

    struct Stretch: Encodable {
        let node: String
        let stage: String
        let offsetSeconds: Double
        let durationSeconds: Double
        let remark: String?
    }

    struct Clock: Encodable {
        let node: String
        let skewSeconds: Double
        let uncertaintySeconds: Double
        /// Whether the clock is wrong.
        let finding: Bool
    }

    let id: String
    let journey: String
    let vantage: String
    let startedAt: String
    let totalSeconds: Double
    let unattributedSeconds: Double
    let delivered: Bool
    let verdict: String
    let lastKnown: String?
    let hops: [Hop]
    let stretches: [Stretch]
    let clocks: [Clock]

    init(_ chain: CustodyChain) {
        id = chain.probe
        journey = chain.journey
        vantage = chain.vantage
        startedAt = chain.startedAt.rfc3339
        totalSeconds = chain.total.seconds
        unattributedSeconds = chain.unattributed.seconds
        delivered = chain.isDelivered
        verdict = chain.verdict
        lastKnown = chain.lastKnown
        hops = chain.hops.map { Hop(node: $0.node, queueID: $0.queueID, logged: $0.isLogged) }
        stretches = chain.stretches.map {
            Stretch(
                node: $0.node, stage: $0.stage.name, offsetSeconds: $0.offset.seconds, durationSeconds: $0.duration.seconds,
                remark: $0.remark)
        }
        let skewed = Set(chain.skews.map(\.node))
        clocks = chain.clocks.map {
            Clock(node: $0.node, skewSeconds: $0.seconds, uncertaintySeconds: $0.uncertaintySeconds, finding: skewed.contains($0.node))
        }
    }
}
