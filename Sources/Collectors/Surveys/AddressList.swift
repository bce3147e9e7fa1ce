import MailWire
import PostwatchModel

/// A list of addresses in the section `collectors`.
enum AddressList {
    /// Each once; notes those that are none.
    static func read(_ section: ConfigurationSection, _ key: String) -> [InternetAddress] {
        var addresses: [InternetAddress] = []
        for text in section.texts(key) {
            guard let address = InternetAddress(text) else {
                section.report(key, found: "\"\(text)\"", write: "addresses such as 198.51.100.1 or 2001:db8::1")
                continue
            }
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }
}
