import PostwatchModel
import PostwatchRuntime

/// One instance of a kind of service that an agent measures: one entry of that kind's list in the section `collectors`.
public protocol ServiceSettings: Hashable, Sendable {
    /// The key of the list, and the first part of the collector's name: `redis`.
    static var kind: String { get }

    /// Tells this instance from others of its kind on this node: its address or a path.
    var place: String { get }
    /// Laid over the series of this instance. Default: none.
    var labels: LabelSet { get }
    /// What tells the series of this instance from those of others of its kind. Default: `labels`.
    var distinction: LabelSet { get }
    /// That of each of its series, where one instance has several. Default: `distinction`.
    var distinctions: [LabelSet] { get }

    /// Reads one entry; notes all that is wrong with it there.
    init(_ section: ConfigurationSection)

    /// - Parameter name: The value of the label `collector`.
    ///
    /// The collector says at least `<kind>_up 0` after a failure.
    func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting
}

extension ServiceSettings {
    public var distinction: LabelSet { labels }
    public var distinctions: [LabelSet] { [distinction] }
}
