import Glibc

/// Texts as C takes them, for as long as `body` runs.
func withCTexts<Result, Failure: Error>(
    _ texts: [String?], _ body: ([UnsafePointer<CChar>?]) throws(Failure) -> Result
) throws(Failure) -> Result {
    let copies = texts.map { $0.map { strdup($0) } ?? nil }
    defer {
        for case let copy? in copies {
            // One of them may be a password.
            explicit_bzero(copy, strlen(copy))
            free(copy)
        }
    }
    return try body(copies.map { $0.map { UnsafePointer($0) } })
}
