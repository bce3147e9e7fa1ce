/// How grave a line is.
enum LogLevel: UInt8, LabelValue {
    case info, warning, error, fatal, panic
    var label: String { "\(self)" }
}
