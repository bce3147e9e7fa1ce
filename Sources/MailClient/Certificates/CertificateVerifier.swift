import Foundation
import MailWire
import NIOSSL
import SwiftASN1
// The moment of the judgement comes in, as all time does, and each property is judged without the others.
@_spi(DisableValidityCheck) @_spi(FixedExpiryValidationTime) import X509

/// Judges what servers show, as a client would that trusts certain roots. Unlike a handshake it tells everything that is wrong.
public struct CertificateVerifier: Sendable {
    /// Issuers that are looked at. Real chains have one to three; among many that vouch for each other the ways to a root are countless.
    private static let issuerLimit = 6

    private let roots: CertificateStore

    /// - Parameter caFile: a PEM file with the roots to trust; the system's when `nil`.
    public init(caFile: String? = nil) throws(TLSClient.UnusableRoots) {
        guard let caFile else {
            roots = .systemTrustRoots
            return
        }
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(caFile).map { try Certificate(derEncoded: $0.toDERBytes()) }
            roots = CertificateStore(certificates)
        } catch {
            throw TLSClient.UnusableRoots(description: "no trusted certificate can be read from the file \(caFile)")
        }
    }

    /// - Parameters:
    ///   - host: The name or the address that the certificate must be for.
    ///   - now: Seconds since 1970.
    public func verdict(on chain: ShownChain, host: String, at now: Int64) async -> CertificateVerdict {
        guard let shown = chain.certificates.first, let leaf = try? Certificate(derEncoded: shown.bytes) else {
            return CertificateVerdict(faults: [.unreadable], chainExpiry: nil)
        }
        let others = chain.certificates.dropFirst().prefix(Self.issuerLimit).compactMap { try? Certificate(derEncoded: $0.bytes) }
        if let expiry = await expiry(of: leaf, others, host: host, at: now) {
            return CertificateVerdict(faults: [], chainExpiry: expiry)
        }
        return CertificateVerdict(faults: await faults(of: leaf, shown, others, host: host, at: now), chainExpiry: nil)
    }

    // MARK: - Private

    /// Each property is asked for without the others, so that none hides another.
    private func faults(
        of leaf: Certificate, _ shown: ShownCertificate, _ others: [Certificate], host: String, at now: Int64
    ) async -> [CertificateFault] {
        var faults: [CertificateFault] = []
        if shown.notAfter < now { faults.append(.expired(at: shown.notAfter)) }
        if shown.notBefore > now { faults.append(.notYetValid(from: shown.notBefore)) }
        if await !isFor(host, leaf) { faults.append(.wrongName(expected: host)) }
        // At a time at which the certificate itself is valid.
        let moment = min(max(now, shown.notBefore), shown.notAfter)
        if await expiry(of: leaf, others, host: nil, at: moment) == nil,
            let fault = await issuerFault(of: leaf, others, at: moment, isNow: moment == now)
        {
            faults.append(fault)
        }
        // Nothing single is wrong, and still the whole is not right: an issuer that has ended since the certificate itself has.
        return faults.isEmpty ? [.untrustedIssuer] : faults
    }

    private func issuerFault(of leaf: Certificate, _ others: [Certificate], at moment: Int64, isNow: Bool) async -> CertificateFault? {
        if await isTrustedButForTime(leaf, others) {
            if let ended = others.first(where: { Int64($0.notValidAfter.timeIntervalSince1970) < moment }) {
                return .issuerExpired(name: Self.text(ended.subject), at: Int64(ended.notValidAfter.timeIntervalSince1970))
            }
            // A certificate that has ended may be older than the root that stands behind it today.
            guard isNow else { return nil }
        }
        if leaf.subject == leaf.issuer { return .selfSigned }
        return others.contains { $0.subject == leaf.issuer } ? .untrustedIssuer : .unknownIssuer(name: Self.text(leaf.issuer))
    }

    private func expiry(of leaf: Certificate, _ others: [Certificate], host: String?, at moment: Int64) async -> Int64? {
        var verifier = Verifier(rootCertificates: roots) {
            RFC5280Policy(fixedExpiryValidationTime: Date(timeIntervalSince1970: TimeInterval(moment)))
        }
        guard case .validCertificate(let chain) = await verifier.validate(leaf: leaf, intermediates: CertificateStore(others)) else {
            return nil
        }
        if let host, await !isFor(host, leaf) { return nil }
        return chain.map { Int64($0.notValidAfter.timeIntervalSince1970) }.min()
    }

    private func isTrustedButForTime(_ leaf: Certificate, _ others: [Certificate]) async -> Bool {
        var verifier = Verifier(rootCertificates: roots) { RFC5280Policy.withValidityCheckDisabled() }
        guard case .validCertificate = await verifier.validate(leaf: leaf, intermediates: CertificateStore(others)) else { return false }
        return true
    }

    /// Whether the certificate is for that name or address, whoever signed it, whenever and for what: as if it were trusted itself.
    private func isFor(_ host: String, _ leaf: Certificate) async -> Bool {
        let isAddress = InternetAddress(host) != nil
        var verifier = Verifier(rootCertificates: CertificateStore([leaf])) {
            AnyExtensions(of: leaf)
            ServerIdentityPolicy(serverHostname: isAddress ? nil : host, serverIP: isAddress ? host : nil)
        }
        guard case .validCertificate = await verifier.validate(leaf: leaf, intermediates: CertificateStore()) else { return false }
        return true
    }

    /// Takes whatever a certificate says of itself.
    private struct AnyExtensions: VerifierPolicy {
        let verifyingCriticalExtensions: [ASN1ObjectIdentifier]

        init(of certificate: Certificate) {
            verifyingCriticalExtensions = certificate.extensions.map(\.oid)
        }

        func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult { .meetsPolicy }
    }

    private static func text(_ name: DistinguishedName) -> String {
        WireText.printable(name.description.utf8, limit: 100)
    }
}
