import PostwatchModel
import Testing

@testable import Collectors

@Suite("Where reading stopped, as it is kept")
struct MailLogBookmarkTests {
    @Test("the cursor of a journal is read as it was written")
    func journal() throws {
        let cursor = "s=185b262ea4ef404ba17dae6883df098b;i=1;b=0123456789abcdef0123456789abcdef;m=3e8;t=6474846204000;x=fb420f11d6389d06"
        let written = MailLogState(bookmark: .journal(cursor: cursor), account: [7]).encoded()
        let state = try MailLogState(decoding: written)
        #expect(state.bookmark == .journal(cursor: cursor))
        #expect(state.account == [7])
        #expect(state.position == nil)
        for index in written.indices.dropLast() {
            var damaged = written
            damaged[index] ^= 1
            #expect(throws: MailLogState.Fault.damaged) { try MailLogState(decoding: damaged) }
            #expect(throws: MailLogState.Fault.damaged) { try MailLogState(decoding: Array(written[..<index])) }
        }
    }

    @Test("what the first version wrote is read", arguments: [false, true])
    func firstVersion(hasPosition: Bool) throws {
        var bytes = Array("PWLF".utf8)
        for number: UInt64 in [1, hasPosition ? 1 : 0, 3, 4, 500, 1, 99, 32, 12345] { append(number, to: &bytes) }
        append(StableHash(bytes).value, to: &bytes)
        let state = try MailLogState(decoding: bytes + [1, 2])
        var position = MailLogPosition(file: .init(device: 3, inode: 4), offset: 500, modified: 99)
        position.isInsideLongLine = true
        position.fingerprint = MailLogPosition.Fingerprint(length: 32, hash: 12345)
        #expect(state.position == (hasPosition ? position : nil))
        #expect(state.account == [1, 2])
    }

    @Test("what a later version wrote is refused as such")
    func laterVersion() {
        var bytes = Array("PWLF".utf8)
        for number: UInt64 in [3, 9, 0] { append(number, to: &bytes) }
        append(StableHash(bytes).value, to: &bytes)
        #expect(throws: MailLogState.Fault.unknownVersion(3)) { try MailLogState(decoding: bytes) }
    }

    private func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }
}
