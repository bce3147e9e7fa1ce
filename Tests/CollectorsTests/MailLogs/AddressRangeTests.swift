import MailWire
import Testing

@testable import Collectors

@Suite("A range of addresses")
struct AddressRangeTests {
    @Test(
        "holds the addresses that begin as it does",
        arguments: [
            ("192.0.2.0/24", [192, 0, 2, 255], true), ("192.0.2.0/24", [192, 0, 3, 0], false),
            ("192.0.2.128/25", [192, 0, 2, 127], false), ("192.0.2.128/25", [192, 0, 2, 200], true),
            ("192.0.2.7", [192, 0, 2, 7], true), ("192.0.2.7", [192, 0, 2, 6], false), ("0.0.0.0/0", [8, 8, 8, 8], true),
            ("192.0.2.0/24", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1], true),
            ("::/0", [192, 0, 2, 1], false),
            ("2001:db8::/32", [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9], true),
            ("2001:db8::/33", [0x20, 1, 0x0D, 0xB8, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9], false),
        ] as [(String, [UInt8], Bool)])
    func contains(text: String, address: [UInt8], isIn: Bool) throws {
        let address = try #require(InternetAddress(bytes: address))
        #expect(try #require(AddressRange(text)).contains(address) == isIn)
    }

    @Test(
        "is no other text",
        arguments: ["", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+1", "::1/129", "localhost", "1.2.3", "1.2.3.4/2/3"])
    func refused(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
