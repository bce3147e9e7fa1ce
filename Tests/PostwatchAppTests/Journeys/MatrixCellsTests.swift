import Journeys
import MailClient
import PostwatchModel
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("MatrixCells")
struct MatrixCellsTests {
    private func cell(_ name: String, at address: String) -> JourneyConfiguration {
        var access = SMTPAccess(server: Endpoint(host: "mx.example.net", port: 25))
        access.address = address
        return JourneyConfiguration(name: name, task: SMTPTask(access))
    }

    private func address(of cell: MatrixCells.Cell) -> String? { (cell.configuration.task as? SMTPTask)?.exchange.address }

    @Test("cells that stay as they are go on, others are new")
    func changes() {
        let cells = MatrixCells()
        #expect(cells.want([cell("a", at: "192.0.2.1"), cell("b", at: "192.0.2.2")], of: "greet").untended == ["a", "b"])
        let change = cells.want([cell("a", at: "192.0.2.1"), cell("b", at: "192.0.2.3"), cell("c", at: "192.0.2.4")], of: "greet")
        #expect(change.fresh == ["b", "c"] && change.untended == ["c"] && change.taken.isEmpty)
        #expect(cells.want([cell("a", at: "192.0.2.9")], of: "other").taken == ["a"])
        #expect(cells.wanted().map(\.name) == ["a", "b", "c"])
    }

    @Test("a cell does not take the name of a journey: both would keep the same books")
    func namesakes() {
        let change = MatrixCells(besides: ["a"]).want([cell("a", at: "192.0.2.1"), cell("b", at: "192.0.2.2")], of: "greet")
        #expect(change.taken == ["a"] && change.untended == ["b"])
    }

    @Test("a cell whose address changes is made when what ran before has ended: both keep the same books")
    func handover() async {
        let cells = MatrixCells()
        _ = cells.want([cell("a", at: "192.0.2.1")], of: "greet")
        let course = Shared<[String]>([])
        await cells.tend("a") { running in
            let address = address(of: running) ?? ""
            course.withLock { $0.append("begin \(address)") }
            if address == "192.0.2.1" {
                #expect(cells.want([cell("a", at: "192.0.2.2")], of: "greet").untended.isEmpty)
                #expect(!cells.holds(running))
                await Task.yield()
            } else {
                #expect(cells.holds(running))
                _ = cells.want([], of: "greet")
            }
            course.withLock { $0.append("end \(address)") }
        }
        #expect(course.value == ["begin 192.0.2.1", "end 192.0.2.1", "begin 192.0.2.2", "end 192.0.2.2"])
        #expect(cells.want([cell("a", at: "192.0.2.1")], of: "greet").untended == ["a"], "nobody tends it any more")
    }
}
