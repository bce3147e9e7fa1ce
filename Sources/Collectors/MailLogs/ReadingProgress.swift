/// What one look at a log brought.
enum ReadingProgress: Hashable, Sendable {
    /// So many bytes were taken; there may be more.
    case took(Int)
    /// Another file is to be read now.
    case moved
    /// Nothing more to read for now.
    case waits
    /// There is no such file yet.
    case isMissing
}
