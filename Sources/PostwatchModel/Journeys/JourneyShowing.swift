/// Tells what became of the last runs of journeys.
public protocol JourneyShowing: Sendable {
    /// The last report of every journey from every vantage, by name and vantage.
    func lastReports() -> [JourneyReport]
}
