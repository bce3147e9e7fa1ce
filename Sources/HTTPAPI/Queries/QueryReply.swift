import Hummingbird
import PostwatchModel
import PromQL

/// What a query gave, and what is to be said about it.
struct QueryReply: Sendable {
    /// How long the query took, for who asks with `stats`.
    struct Statistics: Sendable {
        let evaluation: Duration
    }

    var result: QueryResult
    var warnings: [String] = []
    var infos: [String] = []
    var statistics: Statistics?

    init(_ answer: QueryAnswer) {
        result = answer.result
        warnings = answer.warnings
        infos = answer.infos
    }

    /// Leaves no more than `limit` elements or series, with a warning when there were more.
    mutating func truncate(to limit: Int) {
        switch result {
        case .vector(let elements) where elements.count > limit: result = .vector(Array(elements.prefix(limit)))
        case .matrix(let series) where series.count > limit: result = .matrix(Array(series.prefix(limit)))
        case .vector, .matrix, .scalar, .string: return
        }
        warnings.append(Response.truncationWarning)
    }

    /// Answers with few elements are written at once. Others are written while they are sent, so that a large answer is never in
    /// memory as text, and a slow reader slows the writing down.
    var response: Response {
        guard elementCount > Self.elementsAtOnce else {
            var json = PrometheusJSON()
            begin(&json)
            switch result {
            case .scalar(let value, let moment): json.scalar(value, at: moment)
            case .string(let value, let moment): json.text(value, at: moment)
            case .vector(let elements): json.list(elements) { $0.element($1) }
            case .matrix(let series): json.list(series) { $0.series($1) }
            }
            end(&json)
            return .json(json.bytes)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            })
    }

    // MARK: - Private

    /// A response is sent piece by piece when it has more points than this.
    private static let elementsAtOnce = 2048
    private static let bytesPerPiece = 1 << 16

    private var elementCount: Int {
        switch result {
        case .scalar, .string: 1
        case .vector(let elements): elements.count
        case .matrix(let series): series.reduce(0) { $0 + $1.values.count + 8 * $1.histograms.count + 1 }
        }
    }

    private var typeName: String {
        switch result {
        case .scalar: "scalar"
        case .string: "string"
        case .vector: "vector"
        case .matrix: "matrix"
        }
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        var json = PrometheusJSON()
        begin(&json)
        json.begin("[")
        switch result {
        case .scalar, .string: preconditionFailure("an answer with one element is written at once")
        case .vector(let elements):
            for element in elements {
                json.element(element)
                if json.bytes.count >= Self.bytesPerPiece { try await writer.write(ByteBuffer(bytes: json.take())) }
            }
        case .matrix(let series):
            for one in series {
                json.series(one)
                if json.bytes.count >= Self.bytesPerPiece { try await writer.write(ByteBuffer(bytes: json.take())) }
            }
        }
        json.end("]")
        end(&json)
        try await writer.write(ByteBuffer(bytes: json.take()))
    }

    private func begin(_ json: inout PrometheusJSON) {
        json.beginEnvelope()
        json.begin("{")
        json.member("resultType", typeName)
        json.beginMember("result")
    }

    private func end(_ json: inout PrometheusJSON) {
        if let statistics {
            json.member("stats") { json in
                json.object { json in
                    json.member("timings") { json in
                        json.object { json in
                            json.member("evalTotalTime", statistics.evaluation)
                            json.member("execTotalTime", statistics.evaluation)
                        }
                    }
                }
            }
        }
        json.end("}")
        json.endEnvelope(warnings: warnings, infos: infos)
    }
}

extension Response {
    static let truncationWarning = "results truncated due to limit"
}
