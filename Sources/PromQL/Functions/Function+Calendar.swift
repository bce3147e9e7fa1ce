/// Parts of a date in UTC, from seconds since the epoch.
extension Function {
    static let calendar: [Function] = [
        calendar("minute") { moment in moment.second / 60 % 60 },
        calendar("hour") { moment in moment.second / 3600 },
        // 1970-01-01 was a Thursday; Sunday is 0.
        calendar("day_of_week") { moment in ((moment.day + 4) % 7 + 7) % 7 },
        calendar("day_of_month") { moment in moment.date.day },
        calendar("day_of_year") { moment in moment.day - CivilDate.days(toYear: moment.date.year, month: 1) + 1 },
        calendar("days_in_month") { moment in
            let date = moment.date
            let next = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
            return CivilDate.days(toYear: next.0, month: next.1) - CivilDate.days(toYear: date.year, month: date.month)
        },
        calendar("month") { moment in moment.date.month },
        calendar("year") { moment in moment.date.year },
    ]

    private static func calendar(_ name: String, _ part: @escaping @Sendable (CivilDate) -> Int) -> Function {
        .perNumber(name) { value in CivilDate(seconds: value).map { Double(part($0)) } ?? .nan }
    }
}
