import PostwatchModel

/// What a query has to say besides its answer. Each note once, and the first ones only: a query may look at very many series.
final class QueryNotes {
    /// As many as Prometheus gives of each kind.
    static let limit = 10

    private var kept: (warnings: [String], infos: [String]) = ([], [])
    private var omitted = (warnings: 0, infos: 0)
    private var known: Set<String> = []

    /// In the order in which they came up. The last one says how many were left out.
    var warnings: [String] {
        omitted.warnings == 0 ? kept.warnings : kept.warnings + ["\(omitted.warnings) more warning annotations omitted"]
    }

    var infos: [String] {
        omitted.infos == 0 ? kept.infos : kept.infos + ["\(omitted.infos) more info annotations omitted"]
    }

    func warn(_ text: String) {
        guard known.insert(text).inserted else { return }
        if kept.warnings.count < Self.limit { kept.warnings.append(text) } else { omitted.warnings += 1 }
    }

    func inform(_ text: String) {
        guard known.insert(text).inserted else { return }
        if kept.infos.count < Self.limit { kept.infos.append(text) } else { omitted.infos += 1 }
    }
}
