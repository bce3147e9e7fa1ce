/// How long the stretches of time are that old samples are summed up in.
public enum Resolution: String, CaseIterable, Comparable, Sendable {
    case fiveMinutes = "5m"
    case oneHour = "1h"

    var milliseconds: Int64 {
        switch self {
        case .fiveMinutes: 300_000
        case .oneHour: 3_600_000
        }
    }

    /// The last millisecond of the stretch that `timestamp` lies in. Stretches begin at multiples of their length since 1970.
    func end(ofStretchWith timestamp: Int64) -> Int64 {
        let rest = timestamp % milliseconds
        return timestamp - (rest < 0 ? rest + milliseconds : rest) + milliseconds - 1
    }

    public static func < (left: Resolution, right: Resolution) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
