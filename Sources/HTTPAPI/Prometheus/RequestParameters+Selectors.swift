import PostwatchModel
import PromQL

extension RequestParameters {
    /// The matchers of each series selector in `match[]`. Throws `APIFailure` for a text that is none, and for one that matches every series.
    func selectors() throws -> [[LabelMatcher]] {
        let texts = all("match[]")
        guard texts.count <= Self.mostSelectors else {
            throw APIFailure.invalid("match[]", "\(texts.count) selectors; at most \(Self.mostSelectors) can be asked for at once")
        }
        var selectors: [[LabelMatcher]] = []
        for text in texts {
            do throws(PromQLFault) {
                selectors.append(try PromQLQuery.selectorMatchers(parsing: text))
            } catch {
                throw APIFailure.invalid("match[]", "\(error)")
            }
        }
        return selectors
    }

    /// Far more than anybody needs; each is looked up in every day file.
    private static let mostSelectors = 1000
}
