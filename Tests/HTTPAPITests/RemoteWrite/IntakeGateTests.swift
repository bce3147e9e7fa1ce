import Testing

@testable import HTTPAPI

@Suite("IntakeGate")
struct IntakeGateTests {
    @Test("lets in up to its budget and no further, until somebody leaves")
    func budget() {
        let gate = IntakeGate(budget: 10)
        #expect(gate.enter(6))
        #expect(!gate.enter(5))
        #expect(gate.enter(4))
        #expect(gate.enter(0))
        #expect(!gate.enter(1))
        gate.leave(6)
        #expect(gate.enter(5))
    }

    @Test("is not upset by numbers that no sum can hold")
    func hugeNumbers() {
        let gate = IntakeGate(budget: 10)
        #expect(gate.enter(10))
        #expect(!gate.enter(.max))
    }
}
