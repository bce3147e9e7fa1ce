import Foundation

/// Bytes in the letters in which they travel inside lines of mail protocols. Source: RFC 4648, section 4.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
    }
}
