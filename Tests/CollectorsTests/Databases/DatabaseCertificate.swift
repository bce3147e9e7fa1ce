import TestSupport

/// A certificate for one IP address that vouches for itself.
enum DatabaseCertificate {
    /// Writes `certificate.pem` and `key.pem` into a directory.
    static func make(for address: String, in directory: String) throws {
        try ChildProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                "/CN=test-\(address)", "-addext", "subjectAltName=IP:\(address)", "-keyout", "\(directory)/key.pem", "-out",
                "\(directory)/certificate.pem",
            ])
    }
}
