import MailClient
import MailWire
import PostwatchModel

extension ConfigurationSection {
    /// Reads `address`: the one of a server's addresses to go to; `nil` without one, or when it is none, which is noted.
    func serverAddress() -> String? {
        guard let text = text("address") else { return nil }
        guard InternetAddress(text) != nil else {
            report("address", found: "\"\(text)\"", write: "one of the server's addresses such as 192.0.2.11")
            return nil
        }
        return text
    }
}

extension Endpoint {
    /// As sentences name it: `imap.example.net:993`, or `imap.example.net:993 [192.0.2.41]` for one of its addresses.
    func place(at address: String?) -> String {
        guard let address, address != host else { return description }
        return "\(self) [\(address)]"
    }
}
