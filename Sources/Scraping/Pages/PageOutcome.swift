/// What became of one page, or of the attempt to get one.
struct PageOutcome: Hashable, Sendable {
    /// The samples of the page.
    var scraped = 0
    /// Those that are left after relabelling.
    var kept = 0
    /// Kept series that the page before did not have, and those that could not be told apart from such.
    var added = 0
    /// `nil`: the page was read as a whole.
    var failure: ScrapeFailure?
}
