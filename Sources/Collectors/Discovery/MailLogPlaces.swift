/// Where mail servers log when nobody has told them otherwise.
enum MailLogPlaces {
    /// syslog's on Debian and on Red Hat, Exim's own, Dovecot's own.
    static let usual = [
        "/var/log/mail.log", "/var/log/maillog", "/var/log/exim4/mainlog", "/var/log/exim/mainlog", "/var/log/dovecot.log",
    ]
}
