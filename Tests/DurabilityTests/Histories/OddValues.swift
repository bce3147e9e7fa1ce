import PostwatchModel

/// Values of which every bit must come back.
enum OddValues {
    static let all: [Double] = [
        0, -0.0, 1, -1, 0.1, 1.0 / 3, .infinity, -.infinity, .nan, Sample.staleMarker, .leastNonzeroMagnitude,
        .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .pi,
        // Whole numbers at the edge of what a Double tells apart, and at that of Int64.
        9_007_199_254_740_991, 9_007_199_254_740_992, 9_007_199_254_740_994, -9_007_199_254_740_992, 9.223372036854775807e18,
        -9.223372036854775808e18, 1.8446744073709552e19,
        // NaNs with something to say: negative, quiet, signalling, full.
        Double(bitPattern: 0xFFF8_0000_0000_0000), Double(bitPattern: 0x7FF8_0000_0000_0001), Double(bitPattern: 0x7FF0_0000_0000_0001),
        Double(bitPattern: 0x7FFF_FFFF_FFFF_FFFF), Double(bitPattern: 0xFFFF_FFFF_FFFF_FFFF),
    ]
}
