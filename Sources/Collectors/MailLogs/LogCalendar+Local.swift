import Glibc
import MailLogs
import PostwatchModel

extension LogCalendar {
    /// The calendar of lines that are written around `moment` in this machine's local time.
    public static func local(at moment: Timestamp) -> LogCalendar {
        LogCalendar(reference: moment.milliseconds / 1000) { seconds in
            var time = time_t(seconds)
            var parts = tm()
            return localtime_r(&time, &parts) == nil ? 0 : Int64(parts.tm_gmtoff)
        }
    }
}
