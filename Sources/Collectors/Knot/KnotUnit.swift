/// One unit of an answer of Knot's control: a counter, or a fact about a zone. Fields that were not sent are empty.
struct KnotUnit: Hashable, Sendable {
    /// Why a command was not carried out.
    var error = ""
    /// The module that counts: `server`, `mod-stats`.
    var section = ""
    /// What it counts: `request-protocol`.
    var item = ""
    /// One of several counters of an item: `udp4`.
    var id = ""
    /// With its final dot.
    var zone = ""
    /// Which fact about a zone: `serial`.
    var type = ""
    /// The value.
    var data = ""
}
