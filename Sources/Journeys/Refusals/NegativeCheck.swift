/// One thing that a platform must refuse, or in one case must not. The raw value is the name of its phase.
public enum NegativeCheck: String, Hashable, Sendable, CaseIterable {
    /// Mail from outside for somebody who is not here.
    case openRelay = "open_relay"
    /// Mail from outside in the name of somebody who is here.
    case forgedSender = "forged_sender"
    /// Mail for an address of ours that does not exist: refused for good, and at once.
    case unknownRecipient = "unknown_recipient"
    /// Mail for an address of ours that does exist: never refused for good.
    case knownRecipient = "known_recipient"
    /// Signing in with a wrong password to hand mail in.
    case wrongPassword = "wrong_password"
    /// Signing in without encryption.
    case plaintextAuth = "plaintext_auth"
    /// Signing in with a wrong password to read mail.
    case imapWrongPassword = "imap_wrong_password"
    /// The text that every spam filter knows.
    case gtube
    /// The file that every virus scanner knows.
    case eicar
}
