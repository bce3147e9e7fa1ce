/// Certificates made for these tests alone: an authority, and two servers named mail.example.test, of which one certificate ended
/// on 2021-06-15 and the other ends on 2099-12-31.
public enum TestCertificates {
    public static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBiTCCAS+gAwIBAgIUC0M2PZFYkegiLHN6aEz7BKpXNG0wCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMTMxMzAwWhgPMjEy
        NjEwMjgxMzEzMDBaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEW3bKS+zetEDXdPGT0b284AXxHFzTczrsXLTcABJf
        ly/1w6o+CVP8jsEvBH5dQgHY6Db7/IDcnzgQMsDbBqy5HKNTMFEwHQYDVR0OBBYE
        FH3ut5eTVs83dnpIvyr5xSCI+NsFMB8GA1UdIwQYMBaAFH3ut5eTVs83dnpIvyr5
        xSCI+NsFMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgX6FA+8Qk
        34yAMlKF9UQnlJHem5QsSSt8EwGhO4ICzo0CIQCmcrfKUG1SDOE5XhP3KvlFa0uE
        iHPFu7+3JGEglfawqQ==
        -----END CERTIFICATE-----
        """
    public static let validCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBiDCCAS2gAwIBAgICEAAwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOVGVzdCBh
        dXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjA5OTEyMzEwMDAwMDBaMBwxGjAY
        BgNVBAMMEW1haWwuZXhhbXBsZS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
        QgAEDyhWtLe+r51Ew/9qRRMGwy2tIOqT6MSHLTrO0t0WRjZP0IQ/SIZsbzdu/4ht
        O/4kC05vxR36E1YPU9hcSF1cqqNgMF4wHAYDVR0RBBUwE4IRbWFpbC5leGFtcGxl
        LnRlc3QwHQYDVR0OBBYEFFE6J7dmwmnMWtQoOlDk1+JqZbvhMB8GA1UdIwQYMBaA
        FH3ut5eTVs83dnpIvyr5xSCI+NsFMAoGCCqGSM49BAMCA0kAMEYCIQCsDjhRKySj
        LFJ+ic86EfUwKgjW2KNB5wqmt1CE9OuhawIhANGhABJnuunPly7OJB9kyN3kxtwZ
        dXmA+QUdwyR589Ks
        -----END CERTIFICATE-----
        """
    public static let validKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgaMOi56C5BzqfyY5M
        zjoHku0/Mo5J6yKqdNersGCuN1KhRANCAAQPKFa0t76vnUTD/2pFEwbDLa0g6pPo
        xIctOs7S3RZGNk/QhD9IhmxvN27/iG07/iQLTm/FHfoTVg9T2FxIXVyq
        -----END PRIVATE KEY-----
        """
    public static let expiredCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBhjCCASugAwIBAgICEAEwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOVGVzdCBh
        dXRob3JpdHkwHhcNMjAwMTAxMDAwMDAwWhcNMjEwNjE1MTIwMDAwWjAcMRowGAYD
        VQQDDBFtYWlsLmV4YW1wbGUudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
        BIuyewH8rIKrGev4xLsQvdcG1GHwTANQeHIZuU5oqYsIcRtKdrLvd2YU/IQaLFQw
        guUrq3kEAdYBmgRHDcE/hP+jYDBeMBwGA1UdEQQVMBOCEW1haWwuZXhhbXBsZS50
        ZXN0MB0GA1UdDgQWBBSFfhsgeoAubAvs1QHtcScJTQWzhDAfBgNVHSMEGDAWgBR9
        7reXk1bPN3Z6SL8q+cUgiPjbBTAKBggqhkjOPQQDAgNJADBGAiEAi8vR7brMDcnS
        11gFSHVp+NUoY/Gw4AKG8prqu1gqO8YCIQDfyaPMQyhWjElxN3iF7E9jIJGndXK4
        Eh/Z+af9q1m7Jg==
        -----END CERTIFICATE-----
        """
    public static let expiredKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQLrZe6HwwljbMyZI
        8yA1P31yC2rXJZZwfpisPKytV4+hRANCAASLsnsB/KyCqxnr+MS7EL3XBtRh8EwD
        UHhyGblOaKmLCHEbSnay73dmFPyEGixUMILlK6t5BAHWAZoERw3BP4T/
        -----END PRIVATE KEY-----
        """
    /// For the names `*.example.test` and the address 127.0.0.1; vouches for itself. Ends on 2099-12-31.
    public static let addressCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBgzCCASmgAwIBAgICEAAwCgYIKoZIzj0EAwIwHzEdMBsGA1UEAwwUc2VydmVy
        IG9mIGFuIGFkZHJlc3MwIBcNMjAwMTAxMDAwMDAwWhgPMjA5OTEyMzEwMDAwMDBa
        MB8xHTAbBgNVBAMMFHNlcnZlciBvZiBhbiBhZGRyZXNzMFkwEwYHKoZIzj0CAQYI
        KoZIzj0DAQcDQgAEU27a2S0ZGrMyMe0L+8g0Y4E2nYDidieEZdkfi9AI8it8w+l7
        DmAzauoCZOc6GlprmWjZl0fNxQTujyG6If0HBKNTMFEwHwYDVR0RBBgwFoIOKi5l
        eGFtcGxlLnRlc3SHBH8AAAEwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUh3vD
        LnNsIzGwR7Kdl9fctDqVz1swCgYIKoZIzj0EAwIDSAAwRQIgLzA0xxvaEkQqYp5/
        4GvfQzVBlHhqjpKwlTJ0u1Vvc/QCIQDHYC43gCOzJHF14iXE7Yv7xHIk8DRTn8/2
        ld6Ov9Upsw==
        -----END CERTIFICATE-----
        """
    public static let addressKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTgNK6KMSjhDve8uU
        2VTzpzcBCzQf0gsM1D8flRQBKeqhRANCAARTbtrZLRkaszIx7Qv7yDRjgTadgOJ2
        J4Rl2R+L0AjyK3zD6XsOYDNq6gJk5zoaWmuZaNmXR83FBO6PIboh/QcE
        -----END PRIVATE KEY-----
        """
}
