/// Histograms whose custom bounds differ are compared and added in the buckets between the bounds they share.
///
/// Source: Prometheus, "Native Histograms" specification, "Compatibility between histograms".
enum CustomBounds {
    /// The bounds in both lists. Both must rise, and so does the result.
    static func common(_ first: [Double], _ second: [Double]) -> [Double] {
        var common: [Double] = []
        var rest = second[...]
        for bound in first {
            rest = rest.drop { $0 < bound }
            if rest.first == bound { common.append(bound) }
        }
        return common
    }

    /// Merges buckets that end at `bounds` into those that end at `common`, some of the same bounds; the rest is above them all.
    static func merge(_ side: inout BucketSide, from bounds: [Double], into common: [Double], isCompensated: Bool) {
        // Buckets come in rising order, so the search goes on where it stood.
        var place = 0
        side.merge(isCompensated: isCompensated) { index in
            guard index < bounds.count else { return common.count }
            while place < common.count, index >= 0, common[place] < bounds[index] { place += 1 }
            return place
        }
    }
}
