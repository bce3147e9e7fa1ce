/// A sample as the query API shows it: `[seconds, "value"]`.
struct StoredSample: Decodable, Hashable {
    let milliseconds: Int64
    let value: Double

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        milliseconds = Int64((try container.decode(Double.self) * 1000).rounded())
        value = Double(try container.decode(String.self)) ?? .nan
    }
}
