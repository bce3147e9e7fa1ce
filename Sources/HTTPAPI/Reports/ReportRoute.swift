import Hummingbird
import PostwatchModel

/// `POST /api/v1/reports`: takes what agents tell beside samples, one JSON object a line. Postwatch's own; docs/formats/reports.md.
///
/// 200 with how many lines were taken, unknown and refused: none of them is to be sent again, and those taken are on disk. 413 when the body
/// or a line is too large, or there are too many lines. 503 with `Retry-After` when lines cannot be taken now: the agent keeps them.
public struct ReportRoute: Sendable {
    /// In bytes, but for the number of lines.
    struct Limits: Sendable {
        var body = 8 << 20
        var line = 256 << 10
        /// An agent sends 2000 at most.
        var lines = 5000
        /// Bodies that are being read at one time.
        var inFlight = 64 << 20
    }

    private let receiver: any ReportReceiving
    private let limits: Limits
    private let gate: IntakeGate

    public init(receiver: any ReportReceiving) {
        self.init(receiver: receiver, limits: Limits())
    }

    init(receiver: any ReportReceiving, limits: Limits) {
        self.receiver = receiver
        self.limits = limits
        gate = IntakeGate(budget: limits.inFlight)
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.on("/api/v1/reports", method: .post) { request, context in
            let address = (context as? any RemoteAddressRequestContext)?.remoteAddress?.ipAddress
            return try await answer(to: request, from: address ?? "unknown")
        }
        router.refuseMethods(besides: [.post], at: "/api/v1/reports")
    }

    // MARK: - Private

    private struct Answer: Encodable {
        let taken: Int
        let unknown: Int
        let refused: Int
        let firstFault: String?
    }

    private struct TooLarge: Error {
        let message: String
    }

    private func answer(to request: Request, from sender: String) async throws -> Response {
        // A body whose length is not announced may become as large as any.
        let size = request.headers[.contentLength].flatMap { UInt($0) }.map { Int(clamping: $0) } ?? limits.body
        guard size <= limits.body else { return tooLarge("the body has more than \(limits.body) bytes; send fewer reports at once") }
        guard gate.enter(size) else { return notNow("too many reports are being read; send them again in a moment") }
        defer { gate.leave(size) }
        do {
            let receipt = try await receiver.receive(try await lines(of: request), from: sender)
            return try .prometheus(
                Answer(
                    taken: receipt.taken, unknown: receipt.unknown, refused: receipt.refused, firstFault: receipt.firstFault))
        } catch let fault as TooLarge {
            return tooLarge(fault.message)
        } catch let refusal as ReportsNotTaken {
            return notNow(refusal.description)
        }
    }

    /// Throws `TooLarge`.
    private func lines(of request: Request) async throws -> [ArraySlice<UInt8>] {
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= limits.body else {
                throw TooLarge(message: "the body has more than \(limits.body) bytes; send fewer reports at once")
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: limits.lines)
        guard lines.count <= limits.lines else {
            throw TooLarge(message: "the body has more than \(limits.lines) lines; send fewer reports at once")
        }
        guard lines.allSatisfy({ $0.count <= limits.line }) else {
            throw TooLarge(message: "a line has more than \(limits.line) bytes")
        }
        return lines
    }

    private func tooLarge(_ message: String) -> Response {
        var response = Response.plain("\(message)\n", status: .contentTooLarge)
        // The rest of the body is not waited for.
        response.headers[.connection] = "close"
        return response
    }

    private func notNow(_ message: String) -> Response {
        var response = Response.plain("\(message)\n", status: .serviceUnavailable)
        response.headers[.retryAfter] = "5"
        return response
    }
}
