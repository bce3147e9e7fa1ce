/// Public keys made for these tests alone, as DKIM publishes them.
enum SampleKeys {
    static let rsa2048 =
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAo4ZwixTCdmu/KLVqMFucdDX6Oqb5cx77i8xvauCrQMrDtguNnpP7gouv"
        + "Hsqz+C6PZ1TDFLeOQk8bYesi+yef2JJMbofoJ/jq9M/fvuAaCS421XPmRKD9/Zse7jVsqLC7UbEP7TfoF/0UnCB7iIQi3iP1jyrK"
        + "c48i8B8G/KRefwpmP0GVpuGqniWVF1wh6ewLsYDG5ryODnH06pICUybDsvzZ8ISXSP69krEtkprybEtgCpwXCTcmw/e1Sqkj22el"
        + "7NWawkfIDdJKxQrY/wKMWtYlXYW5ars38+50VTS71hyicCNLYe9L0L2eCuKXW13EvNl0GxI46+tknkqMEO25MwIDAQAB"
    static let rsa512 =
        "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMEp9673Yu9mWwAgLl+klVXIO7CWbLAhGfOIZUNaN28QbUN6g5/o03W0KWOjgjFVYleR"
        + "myDKM3HlZpICHQyrWGECAwEAAQ=="
}
