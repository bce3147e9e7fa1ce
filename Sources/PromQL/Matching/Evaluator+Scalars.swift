import PostwatchModel

/// Operations between a vector and a scalar, and between scalars.
extension Evaluator {
    func stream(_ operation: BinaryOperation, _ take: (inout Row) throws(QueryFailure) -> Void) throws(QueryFailure) {
        let isScalarLeft = operation.left.type == .scalar
        let scalars = try scalar(isScalarLeft ? operation.left : operation.right)
        try forEachRow(of: isScalarLeft ? operation.right : operation.left) { (row) throws(QueryFailure) in
            if row.hasHistograms || !operation.takesNumbers {
                for step in row.values.indices {
                    guard let element = row.element(step) else { continue }
                    let scalar = Element.number(scalars[step])
                    row.set(
                        isScalarLeft
                            ? combine(operation, scalar, element, kept: element) : combine(operation, element, scalar, kept: element), step)
                }
            } else {
                row.combine(operation, scalars, isScalarLeft: isScalarLeft)
            }
            if operation.dropsName { dropName(of: &row) }
            try take(&row)
        }
    }

    /// Between two scalars. The parser lets them be compared with `bool` only, so there is always a value.
    func scalars(of operation: BinaryOperation) throws(QueryFailure) -> [Double] {
        let left = try scalar(operation.left)
        let right = try scalar(operation.right)
        return left.indices.map { operation.compute(left[$0], right[$0]) }
    }
}

extension Row {
    fileprivate mutating func combine(_ operation: BinaryOperation, _ scalars: [Double], isScalarLeft: Bool) {
        values.withUnsafeMutableBufferPointer { values in
            for step in values.indices where !values[step].isAbsent {
                let value = values[step]
                values[step] =
                    isScalarLeft
                    ? operation.apply(scalars[step], value, kept: value) : operation.apply(value, scalars[step], kept: value)
            }
        }
    }
}
