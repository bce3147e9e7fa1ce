import CXML2

/// What libxml2 must be told before it reads anything.
enum XMLLibrary {
    /// To be called on the thread that reads. The library wants to be made ready before several threads use it; and what it has to complain
    /// about, characters above all, it writes to standard error, whatever a document is read with, until each thread has said not to.
    static func prepare() {
        _ = isInitialized
        xmlSetStructuredErrorFunc(nil) { _, _ in }
    }

    private static let isInitialized: Bool = {
        xmlInitParser()
        return true
    }()
}
