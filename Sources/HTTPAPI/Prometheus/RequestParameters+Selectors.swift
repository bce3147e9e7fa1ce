import PostwatchModel
import PromQL

extension RequestParameters {
    /// The matchers of each series selector in `match[]`. Throws `APIFailure` for a text that is none, and for one that matches every series.
    func selectors() throws -> [[LabelMatcher]] {
        var selectors: [[LabelMatcher]] = []
        for text in all("match[]") {
            do throws(PromQLFault) {
                selectors.append(try PromQLQuery.selectorMatchers(parsing: text))
            } catch {
                throw APIFailure.invalid("match[]", "\(error)")
            }
        }
        return selectors
    }
}
