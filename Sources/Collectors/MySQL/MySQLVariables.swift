import PostwatchModel

/// How a server is set up, as far as its status needs it to be understood, and which version it is.
struct MySQLVariables {
    private let variables: [String: Substring]

    /// - Parameter variables: By names in small letters.
    init(_ variables: [String: Substring]) {
        self.variables = variables
    }

    static let statement =
        "SHOW GLOBAL VARIABLES WHERE Variable_name IN ("
        + (figures.map(\.key) + versions).map { "'\($0)'" }.joined(separator: ", ") + ")"

    var measurements: [Measurement] {
        ServiceFigure.measurements(of: Self.figures, in: variables) + [version]
    }

    // MARK: - Private

    private static let figures = [
        figure("max_connections", "Clients that may be connected at once."),
        figure("innodb_buffer_pool_size", "Bytes of the buffer pool."),
        figure("open_files_limit", "Files that may be open at once."),
        figure("long_query_time", "Seconds from which on a statement counts as slow."),
        figure("read_only", "Whether clients may not write.", truth: "ON"),
        figure("super_read_only", "Whether administrators may not write either; MySQL only.", truth: "ON"),
    ]

    private static func figure(_ key: String, _ help: String, truth: String? = nil) -> ServiceFigure {
        ServiceFigure(key: key, metric: "mysql_global_variables_\(key)", kind: .gauge, truth: truth, help: help)
    }

    private static let versions = ["innodb_version", "version", "version_comment"]

    private var version: Measurement {
        let labels = LabelSet(Self.versions.map { ($0, StatementFigures.label(variables[$0])) })
        return Measurement(
            "mysql_version_info", .gauge, help: "Which version this is.", points: [Measurement.Point(labels: labels, value: 1)])
    }
}
