import MailWire
import PostwatchModel

/// Names of domains as a configuration has them.
enum DomainName {
    /// In small letters and without the last dot.
    static func normal(_ text: String) -> String {
        let text = text.lowercased()
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// Each once, in the order of the first appearance; empty ones not.
    static func uniqued(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.map(normal).filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}

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
