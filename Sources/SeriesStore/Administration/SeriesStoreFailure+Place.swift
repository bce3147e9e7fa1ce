extension SeriesStoreFailure {
    /// The file that it is about; `nil` when it is about none.
    var path: String? {
        switch self {
        case .diskFull(let path), .unusable(let path, _), .damaged(let path, _), .foreign(let path, _): path
        case .locked(let directory, _): directory
        case .timestampOutOfRange, .tooLarge, .closed: nil
        }
    }

    /// What is wrong, without the name of a damaged file.
    var reason: String {
        switch self {
        case .damaged(_, let reason), .foreign(_, let reason): reason
        case .locked, .diskFull, .unusable, .timestampOutOfRange, .tooLarge, .closed: description
        }
    }
}
