import GRDB

extension Row {
    /// The value of a column. Throws `SQLITE_CORRUPT` when it is of another kind than was ever stored there: GRDB's subscript would end
    /// the process, and flipped bytes are no reason for that.
    func checked<Value: DatabaseValueConvertible>(_ column: Int) throws -> Value {
        let stored: DatabaseValue = self[column]
        guard let value = Value.fromDatabaseValue(stored) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "column \(column) of a row holds another kind of value")
        }
        return value
    }
}
