import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Gathers the parts of one page on the event loop that receives them: handing each to a task would cost more than reading the page.
final class PageCollector: HTTPClientResponseDelegate {
    typealias Response = PageClient.Page

    private let bodyLimit: Int
    /// The methods are called one after the other, but the compiler cannot know that.
    private let page: Mutex<PageClient.Page>

    /// - Parameters:
    ///   - bodyLimit: in bytes; a larger page fails with `pageTooLarge`.
    ///   - expectedBytes: how large the page will be, about.
    init(bodyLimit: Int, expectedBytes: Int) {
        self.bodyLimit = bodyLimit
        var content = ByteBuffer()
        content.reserveCapacity(expectedBytes)
        page = Mutex(PageClient.Page(content: content, contentType: ""))
    }

    func didReceiveHead(task: HTTPClient.Task<Response>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        guard head.status == .ok else {
            return task.eventLoop.makeFailedFuture(ScrapeFailure.refused(status: Int(head.status.code)))
        }
        // What is known to be compressed is unpacked on the way here.
        let encoding = head.headers.first(name: "Content-Encoding")?.lowercased() ?? "identity"
        guard ["gzip", "deflate", "identity", ""].contains(encoding) else {
            return task.eventLoop.makeFailedFuture(ScrapeFailure.unknownCompression(String(encoding.prefix(40))))
        }
        page.withLock { $0.contentType = head.headers.first(name: "Content-Type") ?? "" }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Response>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = page.withLock { page in
            guard page.content.readableBytes + part.readableBytes <= bodyLimit else { return false }
            page.content.writeImmutableBuffer(part)
            return true
        }
        return fits
            ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(ScrapeFailure.pageTooLarge(limit: bodyLimit))
    }

    func didFinishRequest(task: HTTPClient.Task<Response>) throws -> Response {
        page.withLock { $0 }
    }
}
