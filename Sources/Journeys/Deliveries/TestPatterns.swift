/// Texts that filters must catch although they harm nobody. In pieces here, so that no scanner takes this program for what it sends.
enum TestPatterns {
    /// Generic Test for Unsolicited Bulk Email. Source: SpamAssassin's sample-spam.txt.
    static let gtube = ["XJS*C4JDBQADN1.NSBN3*2IDNEN*", "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL", "*C.34X"].joined()
    /// Source: eicar.org, "The Anti-Malware Testfile".
    static let eicar = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "!$H+H*"].joined()
}
