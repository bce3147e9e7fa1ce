import PostwatchModel
import Testing

@Suite("A secret")
struct SecretTests {
    @Test("prints as dots, whichever way it is printed")
    func printing() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(["key": secret], to: &dumped)
        for text in ["\(secret)", String(describing: secret), String(reflecting: secret), String(reflecting: [secret]), dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect("\(secret)" == "••••")
        #expect(secret.reveal() == "hunter2")
    }
}
