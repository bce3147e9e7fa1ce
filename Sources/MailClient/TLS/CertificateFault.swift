/// What is wrong with the certificate that a server showed.
public enum CertificateFault: Error, Hashable, Sendable {
    /// Seconds since 1970 at which it ended.
    case expired(at: Int64)
    /// Seconds since 1970 at which it will begin.
    case notYetValid(from: Int64)
    /// It is for other names than the one that was asked for.
    case wrongName(expected: String)
    /// No root that is trusted stands behind it.
    case untrustedIssuer
    /// It vouches for itself, and is not itself trusted.
    case selfSigned
    /// Neither is its issuer trusted, nor does the server show the issuer's certificate.
    case unknownIssuer(name: String)
    /// A certificate between it and the root ended, in seconds since 1970.
    case issuerExpired(name: String, at: Int64)
    /// It cannot be read.
    case unreadable
}

extension CertificateFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .expired(let moment): "certificate expired on \(Self.day(moment))"
        case .notYetValid(let moment): "certificate is not valid before \(Self.day(moment))"
        case .wrongName(let name): "certificate is not for \(name)"
        case .untrustedIssuer: "certificate is not signed by a trusted authority"
        case .selfSigned: "certificate is signed by itself alone"
        case .unknownIssuer(let name):
            "certificate is signed by \(name), which is no trusted authority and whose own certificate the server does not show"
        case .issuerExpired(let name, let moment): "certificate of the issuer \(name) expired on \(Self.day(moment))"
        case .unreadable: "certificate cannot be read"
        }
    }

    /// `2026-08-20`. The civil date of a day count by Howard Hinnant's `civil_from_days`: eras of 400 years that start on 1 March.
    private static func day(_ seconds: Int64) -> String {
        let shifted = Int64((Double(seconds) / 86_400).rounded(.down)) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return [year, month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
    }
}
