/// The release that this program is; CHANGELOG.md says what each brought.
public enum PostwatchVersion {
    public static let current = "0.1.0"
}
