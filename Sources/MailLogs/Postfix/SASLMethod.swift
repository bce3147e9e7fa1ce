/// How a client proved who it is.
enum SASLMethod: UInt8, LabelValue {
    case none, plain, login, cramMD5, digestMD5, ntlm, gssapi, scramSHA1, scramSHA256, xoauth2, oauthbearer, external, anonymous, other

    var label: String {
        switch self {
        case .none: ""
        case .cramMD5: "CRAM-MD5"
        case .digestMD5: "DIGEST-MD5"
        case .scramSHA1: "SCRAM-SHA-1"
        case .scramSHA256: "SCRAM-SHA-256"
        case .other: "other"
        default: "\(self)".uppercased()
        }
    }

    init(_ word: LogBytes) {
        let known: [(StaticString, SASLMethod)] = [
            ("plain", .plain), ("login", .login), ("cram-md5", .cramMD5), ("digest-md5", .digestMD5), ("ntlm", .ntlm), ("gssapi", .gssapi),
            ("scram-sha-1", .scramSHA1), ("scram-sha-256", .scramSHA256), ("xoauth2", .xoauth2), ("oauthbearer", .oauthbearer),
            ("external", .external), ("anonymous", .anonymous),
        ]
        self = known.first { word.count == $0.0.utf8CodeUnitCount && word.hasFoldedPrefix($0.0, at: 0) }?.1 ?? .other
    }
}
