import MailWire

/// Judges what a domain publishes. Pure: answers in, verdicts and further questions out; whoever asks them comes back with the answers
/// until nothing is missing.
public struct IdentityJudge: Sendable {
    /// Mail exchangers that are looked at; the most preferred first.
    private static let exchangerLimit = 10
    /// Source: DMARC's walk up the tree, at most eight names.
    private static let parentLimit = 8

    public let identity: MailIdentity

    public init(_ identity: MailIdentity) {
        self.identity = identity
    }

    public func judgement(by answers: [IdentityQuestion: IdentityAnswer]) -> IdentityJudgement {
        let inquiry = IdentityInquiry(answers)
        var judgement = IdentityJudgement()
        let judged = identity.subjects
        let exchangers = judged.isDisjoint(with: [.mx, .mtaSTS, .tlsa]) ? [] : exchangers(inquiry)
        if judged.contains(.mx) { judgeExchangers(exchangers, inquiry, &judgement) }
        if judged.contains(.ptr) { judgeReverseNames(inquiry, &judgement) }
        if judged.contains(.spf) { judgeSPF(inquiry, &judgement) }
        if judged.contains(.dkim) { judgeDKIM(inquiry, &judgement) }
        if judged.contains(.dmarc) { judgeDMARC(inquiry, &judgement) }
        if judged.contains(.mtaSTS) { judgeMTASTS(exchangers ?? [], inquiry, &judgement) }
        if judged.contains(.tlsa) { judgeTLSA(exchangers ?? [], inquiry, &judgement) }
        if judged.contains(.tlsReport) { judgeTLSReports(inquiry, &judgement) }
        judgement.missing = inquiry.missing
        judgement.unanswered = inquiry.unanswered
        return judgement
    }

    // MARK: - Private

    private var domain: String { identity.domain }

    // MARK: Mail exchangers and outbound addresses

    /// The hosts of the MX records, that of a null MX not; `nil` when the answer is missing.
    private func exchangers(_ inquiry: IdentityInquiry) -> [String]? {
        guard let records = inquiry.records(of: domain, .mx) else { return nil }
        let found = records.compactMap { record -> (preference: Int, host: String)? in
            guard case .exchanger(let preference, let host) = record.content, !host.isEmpty else { return nil }
            return (preference, host.lowercased())
        }
        var seen: Set<String> = []
        let hosts = found.sorted { ($0.preference, $0.host) < ($1.preference, $1.host) }.map(\.host)
        return Array(hosts.filter { seen.insert($0).inserted }.prefix(Self.exchangerLimit))
    }

    private func judgeExchangers(_ exchangers: [String]?, _ inquiry: IdentityInquiry, _ judgement: inout IdentityJudgement) {
        guard let exchangers else { return }
        judgement.note(
            .mxPublished, domain,
            exchangers.isEmpty
                ? "found no MX record that names a host; write \(domain). MX 10 and the name of a server that takes its mail, or leave mx out of subjects"
                : nil)
        for host in exchangers {
            let isAddress = InternetAddress(host) != nil
            guard case .records(let v4, let isAlias, _) = inquiry.answer(.records(name: host, type: .a)),
                let v6 = inquiry.records(of: host, .aaaa)
            else { continue }
            let fault: String? =
                if isAddress {
                    "found an address where a name must be; write a name that has this address"
                } else if isAlias {
                    "found an alias (CNAME), which an MX record must not lead to; write the name that it stands for"
                } else if v4.isEmpty && v6.isEmpty {
                    "found neither A nor AAAA; write its address, or take it out of the MX records"
                } else {
                    nil
                }
            judgement.note(.mxResolves, host, fault)
        }
    }

    private func judgeReverseNames(_ inquiry: IdentityInquiry, _ judgement: inout IdentityJudgement) {
        for address in identity.outboundAddresses {
            guard let names = inquiry.names(of: address) else { continue }
            judgement.note(
                .ptrPublished, "\(address)",
                names.isEmpty
                    ? "found no PTR record; let the owner of the network write \(address.reverseName). PTR and the server's name" : nil)
            guard !names.isEmpty, let confirmed = inquiry.confirmedNames(of: address) else { continue }
            let type = address.isIPv4 ? "A" : "AAAA"
            judgement.note(
                .ptrConfirmed, "\(address)",
                confirmed.isEmpty
                    ? "found the name \(Self.shown(names[0])), which does not have this address; write \(Self.shown(names[0])). \(type) \(address)"
                    : nil)
        }
    }

    // MARK: SPF

    private func judgeSPF(_ inquiry: IdentityInquiry, _ judgement: inout IdentityJudgement) {
        guard let texts = inquiry.texts(of: domain) else { return }
        let records = texts.filter(SPFRecord.isMeant)
        guard records.count == 1 else {
            judgement.note(
                .spfPublished, domain,
                records.isEmpty
                    ? "found no SPF record; write \(domain). TXT \"v=spf1 \(suggestedNetworks) -all\""
                    : "found \(records.count) SPF records, of which verifiers take none; write their mechanisms into one")
            return
        }
        judgement.note(.spfPublished, domain, nil)
        let addresses = identity.outboundAddresses
        // Any address shows whether the record is understood; of one that nobody sends from no mechanism should match.
        let outsider = InternetAddress("192.0.2.255").map { [$0] } ?? []
        let counter = (addresses + outsider).first.map { SPFEvaluation(inquiry, address: $0, sender: domain) }
        if let count = counter?.lookupCount() {
            judgement.note(
                .spfLookups, domain,
                count > SPFEvaluation.lookupLimit
                    ? "found \(count) lookups (include, a, mx, ptr, exists, redirect), and verifiers give up after \(SPFEvaluation.lookupLimit); write networks (ip4, ip6) instead of some"
                    : nil)
        }
        judgeSPFValidity(records[0], outsider, inquiry, &judgement)
        for address in addresses {
            var evaluation = SPFEvaluation(inquiry, address: address, sender: domain)
            switch evaluation.outcome() {
            case .unknown: continue
            case .pass: judgement.note(.spfCovers, "\(address)", nil)
            case .permanentError(let reason): judgement.note(.spfCovers, "\(address)", "found that verifiers give up: \(reason)")
            case let outcome:
                let mechanism = "\(address.isIPv4 ? "ip4" : "ip6"):\(address)"
                judgement.note(
                    .spfCovers, "\(address)", "found that the record says \(outcome) for it; write \(mechanism) before its last mechanism")
            }
        }
    }

    private func judgeSPFValidity(
        _ text: String, _ outsider: [InternetAddress], _ inquiry: IdentityInquiry, _ judgement: inout IdentityJudgement
    ) {
        do throws(RecordFault) {
            let record = try SPFRecord(text)
            guard !record.directives.contains(where: { $0.mechanism == .all && $0.qualifier == .pass }) else {
                judgement.note(.spfValid, domain, "found +all, which lets everybody send in its name; write -all")
                return
            }
        } catch {
            judgement.note(.spfValid, domain, "found that \(error); write it as RFC 7208 has it")
            return
        }
        for address in outsider {
            var evaluation = SPFEvaluation(inquiry, address: address, sender: domain, limitsVoidLookups: false)
            switch evaluation.outcome() {
            case .unknown: return
            case .permanentError(let reason): judgement.note(.spfValid, domain, "found that verifiers give up: \(reason)")
            case .none, .neutral, .pass, .fail, .softfail: judgement.note(.spfValid, domain, nil)
            }
        }
    }

    private var suggestedNetworks: String {
        identity.outboundAddresses.isEmpty
            ? "mx" : identity.outboundAddresses.map { "\($0.isIPv4 ? "ip4" : "ip6"):\($0)" }.joined(separator: " ")
    }

    // MARK: DKIM and DMARC

    private func judgeDKIM(_ inquiry: IdentityInquiry, _ judgement: inout IdentityJudgement) {
        for selector in identity.selectors {
            let name = "\(selector)._domainkey.\(domain)"
            guard let texts = inquiry.texts(of: name) else { continue }
            guard texts.count == 1 else {
                judgement.note(
                    .dkimPublished, selector,
                    texts.isEmpty
                        ? "found no key; write \(name). TXT \"v=DKIM1; k=rsa; p=…\" with the public key that the signer uses"
                        : "found \(texts.count) TXT records, of which verifiers take any; write only the key")
                continue
            }
            judgement.note(.dkimPublished, selector, nil)
            judgement.note(
                .dkimValid, selector, Self.fault("write the key anew") { () throws(RecordFault) in _ = try DKIMKeyRecord(texts[0]) })
        }
    }

    private func judgeDMARC(_ inquiry: IdentityInquiry, _ judgement: inout IdentityJudgement) {
        var labels = domain.split(separator: ".")
        for step in 0..<Self.parentLimit where step == 0 ? !labels.isEmpty : labels.count > 1 {
            let name = "_dmarc." + labels.joined(separator: ".")
            guard let texts = inquiry.texts(of: name) else { return }
            let records = texts.filter(DMARCRecord.isMeant)
            if records.count > 1 {
                judgement.note(
                    .dmarcPublished, domain, "found \(records.count) DMARC records at \(name), of which receivers take none; write one")
                return
            }
            if let text = records.first {
                judgement.note(.dmarcPublished, domain, nil)
                var record: DMARCRecord?
                let fault = Self.fault("write it as RFC 7489 has it") { () throws(RecordFault) in record = try DMARCRecord(text) }
                judgement.note(.dmarcValid, domain, fault)
                judgement.dmarc = record
                return
            }
            labels.removeFirst()
        }
        judgement.note(
            .dmarcPublished, domain,
            "found no DMARC record; write _dmarc.\(domain). TXT \"v=DMARC1; p=quarantine; rua=mailto:postmaster@\(domain)\"")
    }

    // MARK: Encryption between servers

    private func judgeMTASTS(_ exchangers: [String], _ inquiry: IdentityInquiry, _ judgement: inout IdentityJudgement) {
        let name = "_mta-sts.\(domain)"
        guard let texts = inquiry.texts(of: name) else { return }
        let records = texts.filter(MTASTSPolicy.isMeant)
        guard records.count == 1 else {
            judgement.note(
                .mtaSTSPublished, domain,
                records.isEmpty
                    ? "found no record; write \(name). TXT \"v=STSv1; id=1\", or leave mta_sts out of subjects"
                    : "found \(records.count) records, of which senders take none; write one")
            return
        }
        judgement.note(
            .mtaSTSPublished, domain,
            Self.fault("write v=STSv1; id=1") { () throws(RecordFault) in _ = try MTASTSPolicy.identifier(of: records[0]) })
        let place = "https://mta-sts.\(domain)/.well-known/mta-sts.txt"
        guard let answer = inquiry.policy(of: domain) else { return }
        var policy: MTASTSPolicy?
        let fault = Self.fault("write \(place) as RFC 8461 has it") { () throws(RecordFault) in policy = try MTASTSPolicy(answer.get()) }
        judgement.note(.mtaSTSPolicy, domain, fault)
        judgement.mtaSTS = policy
        guard let policy, policy.mode != .none else { return }
        for host in exchangers {
            judgement.note(
                .mtaSTSCovers, host,
                policy.covers(host)
                    ? nil : "found no mx line in the policy that names it; write mx: \(host) there, and another id in \(name)")
        }
    }

    private func judgeTLSA(_ exchangers: [String], _ inquiry: IdentityInquiry, _ judgement: inout IdentityJudgement) {
        for host in exchangers {
            let name = "_25._tcp.\(host)"
            guard case .records(let answer, _, let isAuthenticated) = inquiry.answer(.records(name: name, type: .tlsa)) else { continue }
            let records = answer.compactMap(TLSARecord.init)
            let isUsable = records.contains(where: \.isUsable)
            guard isUsable else {
                judgement.note(
                    .tlsaPublished, host,
                    records.isEmpty
                        ? "found no TLSA record; write \(name). TLSA 3 1 1 and the digest of its public key, or leave tlsa out of subjects"
                        : "found \(Self.shown("\(records[0])")), which means nothing to mail servers; write 3 1 1 or 2 1 1 with a digest of SHA-256"
                )
                continue
            }
            judgement.note(.tlsaPublished, host, nil)
            judgement.note(
                .tlsaSigned, host,
                isAuthenticated
                    ? nil
                    : "found TLSA records that the resolver did not validate by DNSSEC, so that they count for nothing; sign the zone, or ask a resolver that validates"
            )
            guard case .certificates(let chain) = inquiry.answer(.certificates(host: host)) else { continue }
            judgement.note(.tlsaMatches, host, Self.fault(of: records, chain, name))
        }
    }

    private func judgeTLSReports(_ inquiry: IdentityInquiry, _ judgement: inout IdentityJudgement) {
        let name = "_smtp._tls.\(domain)"
        guard let texts = inquiry.texts(of: name) else { return }
        let records = texts.filter(TLSReportRecord.isMeant)
        let advice = "write \(name). TXT \"v=TLSRPTv1; rua=mailto:postmaster@\(domain)\""
        guard records.count == 1 else {
            let count = records.isEmpty ? "no record" : "\(records.count) records"
            judgement.note(.tlsReportPublished, domain, "found \(count); \(advice), or leave tls_rpt out of subjects")
            return
        }
        judgement.note(
            .tlsReportPublished, domain, Self.fault(advice) { () throws(RecordFault) in _ = try TLSReportRecord(records[0]) })
    }

    // MARK: Words

    private static func fault(of records: [TLSARecord], _ chain: [IdentityCertificate], _ name: String) -> String? {
        if records.contains(where: { $0.matches(chain) }) { return nil }
        guard let leaf = chain.first, let record = records.first(where: \.isUsable) else { return "found no certificate" }
        var right = TLSARecord(usage: 3, selector: 1, matching: 1, data: [])
        right = TLSARecord(usage: 3, selector: 1, matching: 1, data: right.association(with: leaf))
        return "found \(shown("\(record)")), which is not the certificate that the server shows; write \(name). TLSA \(right)"
    }

    private static func fault(_ advice: String, _ body: () throws(RecordFault) -> Void) -> String? {
        do throws(RecordFault) {
            try body()
            return nil
        } catch {
            return "found that \(shown(error.description, limit: 200)); \(advice)"
        }
    }

    private static func shown(_ text: String, limit: Int = 100) -> String {
        WireText.printable(text.utf8, limit: limit)
    }
}

extension IdentityJudgement {
    mutating func note(_ check: IdentityCheck, _ subject: String, _ fault: String?) {
        // Parts of it were written by others.
        let fault = fault.map { WireText.printable($0.utf8, limit: 500) }
        verdicts.append(IdentityVerdict(check: check, subject: WireText.printable(subject.utf8), fault: fault))
    }
}
