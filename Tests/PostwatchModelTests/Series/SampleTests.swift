import PostwatchModel
import Testing

@Suite("A sample")
struct SampleTests {
    @Test("tells the stale marker from other NaNs by its bits")
    func staleMarker() {
        #expect(Sample.staleMarker.bitPattern == 0x7FF0_0000_0000_0002)
        #expect(Sample.isStaleMarker(Sample.staleMarker))
        #expect(!Sample.isStaleMarker(.nan))
        #expect(!Sample.isStaleMarker(0))
    }
}
