/// Values with a few decimals as whole numbers: 12.34 is 1234 at scale 2. Most of what machines measure is of this kind, and whole
/// numbers have small differences where bits of floating point have none.
enum DecimalScale {
    /// More decimals are kept as they are.
    static let largest = 6

    /// Ten to the power of `exponent`, 0 to 9.
    @inline(__always)
    static func power(_ exponent: Int) -> Double {
        switch exponent {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1_000
        case 4: 10_000
        case 5: 100_000
        case 6: 1_000_000
        case 7: 10_000_000
        case 8: 100_000_000
        default: 1_000_000_000
        }
    }

    /// The whole number, at most 2^53 in size, that gives back every bit of `value` when it is divided by ten to the power of `scale`;
    /// `nil` when there is none. -0, NaN and infinities never have one.
    @inline(__always)
    static func whole(_ value: Double, scale: Int) -> Int64? {
        let power = power(scale)
        let scaled = scale == 0 ? value : (value * power).rounded()
        guard scaled.magnitude <= 0x1p53 else { return nil }
        let number = Int64(scaled)
        let back = scale == 0 ? Double(number) : Double(number) / power
        return back.bitPattern == value.bitPattern ? number : nil
    }
}
