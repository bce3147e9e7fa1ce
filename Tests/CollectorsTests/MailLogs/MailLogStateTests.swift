import PostwatchModel
import Testing

@testable import Collectors

@Suite("The state of a followed log")
struct MailLogStateTests {
    @Test("is read as it was written, with and without a position")
    func roundTrip() throws {
        var position = MailLogPosition(file: .init(device: 3, inode: .max), offset: 1 << 40, modified: -5)
        position.isInsideLongLine = true
        position.fingerprint = MailLogPosition.Fingerprint(Array("begin".utf8))
        for place in [position, nil] {
            let state = try MailLogState(decoding: MailLogState(position: place, account: [1, 2, 3]).encoded())
            #expect(state.position == place)
            #expect(state.account == [1, 2, 3])
        }
    }

    @Test("is refused when a byte of its head is another, or it was cut off")
    func damage() {
        let bytes = MailLogState(position: nil, account: []).encoded()
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(throws: MailLogState.Fault.damaged) { try MailLogState(decoding: damaged) }
            #expect(throws: MailLogState.Fault.damaged) { try MailLogState(decoding: Array(bytes[..<index])) }
        }
    }
}
