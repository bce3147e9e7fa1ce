import PromQL
import Testing

@Suite("Double.prometheusText")
struct DoubleTextTests {
    @Test(
        "Numbers are written with the fewest digits and without an exponent",
        arguments: [
            (0.0, "0"), (-0.0, "-0"), (1, "1"), (0.1, "0.1"), (1e21, "1000000000000000000000"), (1.5e-7, "0.00000015"),
            (123456789.25, "123456789.25"),
            (1.25e17, "125000000000000000"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (-2.5, "-2.5"),
        ])
    func writes(number: Double, text: String) {
        #expect(number.prometheusText == text)
    }
}
