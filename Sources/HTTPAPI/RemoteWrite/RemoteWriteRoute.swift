import ExpositionFormat
import Hummingbird
import PostwatchModel

/// `POST /api/v1/write`: takes samples by Prometheus remote write 1.0 and 2.0.
///
/// 204 once every sample is durable. 400 when the request or one of its series is malformed: the good series are stored and the first
/// fault is named, as Prometheus does. 413 when it is too large, 415 for another protocol. 503 with `Retry-After` when samples cannot be
/// taken now: the sender keeps them. Answers to 2.0 say how many samples, histograms and exemplars were stored.
///
/// A 1.0 body goes to the store as it came; one of 2.0 is first said again in 1.0, so that the store knows one language.
/// Source: Prometheus Remote-Write 1.0 and 2.0 specifications.
public struct RemoteWriteRoute: Sendable {
    /// All in bytes.
    struct Limits: Sendable {
        /// Largest body, compressed.
        var body = 32 << 20
        /// Largest content of a 2.0 body. Symbols make it a small part of what it stands for.
        var content = 32 << 20
        /// Largest 1.0 request that a 2.0 one may turn into.
        var transcript = 128 << 20
        /// Bodies and transcripts that wait for the store at one time.
        var inFlight = 256 << 20
    }

    private let receiver: any RemoteWriteReceiving
    private let limits: Limits
    private let gate: IntakeGate

    public init(receiver: any RemoteWriteReceiving) {
        self.init(receiver: receiver, limits: Limits())
    }

    init(receiver: any RemoteWriteReceiving, limits: Limits) {
        self.receiver = receiver
        self.limits = limits
        gate = IntakeGate(budget: limits.inFlight)
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.on("/api/v1/write", method: .post) { request, _ in
            guard let version = RemoteWriteVersion(contentType: request.headers[.contentType]) else {
                return Response.plain("\(RemoteWriteVersion.offer)\n", status: .unsupportedMediaType)
            }
            return try await answer(to: request, version).response(to: version)
        }
        router.refuseMethods(besides: [.post], at: "/api/v1/write")
    }

    // MARK: - Private

    private func answer(to request: Request, _ version: RemoteWriteVersion) async throws -> RemoteWriteAnswer {
        let encoding = request.headers[.contentEncoding] ?? "snappy"
        guard encoding.lowercased() == "snappy" else {
            return RemoteWriteAnswer(
                status: .unsupportedMediaType, text: "send the body with Content-Encoding snappy, not \(encoding)")
        }
        let announced = request.headers[.contentLength].flatMap { UInt($0) }.map { Int(clamping: $0) }
        // A body whose length is not announced may become as large as any.
        let size = announced ?? limits.body
        guard size <= limits.body else { return RemoteWriteAnswer(WriteRefusal.tooLarge(bytes: size, limit: limits.body)) }
        guard gate.enter(size) else { return RemoteWriteAnswer(WriteRefusal.overloaded) }
        defer { gate.leave(size) }
        do {
            let body = try await body(of: request, announced: announced ?? 0)
            switch version {
            case .one: return RemoteWriteAnswer(try await receiver.write(.snappy(body)))
            case .two: return try await write(transcriptOf: body)
            }
        } catch let refusal as WriteRefusal {
            return RemoteWriteAnswer(refusal)
        }
    }

    /// Throws `WriteRefusal`.
    private func body(of request: Request, announced: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(announced)
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= limits.body else {
                throw WriteRefusal.tooLarge(bytes: bytes.count + part.readableBytes, limit: limits.body)
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    /// Throws `WriteRefusal`.
    private func write(transcriptOf body: [UInt8]) async throws -> RemoteWriteAnswer {
        let content = try content(of: body)
        let transcript: RemoteWriteTranscript
        do throws(RemoteWriteFault) {
            transcript = try RemoteWriteTranscript(of: content, limit: limits.transcript)
        } catch .unfoldsTooFar(let limit) {
            return RemoteWriteAnswer(status: .contentTooLarge, text: "\(RemoteWriteFault.unfoldsTooFar(limit: limit))")
        } catch {
            throw WriteRefusal.malformed(reason: "\(error)")
        }
        let size = transcript.request.count
        guard gate.enter(size) else { return RemoteWriteAnswer(WriteRefusal.overloaded) }
        defer { gate.leave(size) }
        var report = transcript.request.isEmpty ? WriteReport() : try await receiver.write(.plain(transcript.request))
        report.refused += transcript.refused
        report.firstFault = transcript.firstFault?.description ?? report.firstFault
        return RemoteWriteAnswer(report)
    }

    private func content(of body: [UInt8]) throws(WriteRefusal) -> [UInt8] {
        do throws(SnappyBlock.Fault) {
            return try SnappyBlock.decompress(body, limit: limits.content)
        } catch {
            switch error {
            case .tooLarge(let bytes, let limit): throw .tooLarge(bytes: bytes, limit: limit)
            case .corrupt: throw .malformed(reason: "\(error)")
            }
        }
    }
}
