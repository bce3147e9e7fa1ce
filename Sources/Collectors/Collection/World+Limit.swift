import PostwatchRuntime

extension World {
    /// What `work` returns; `nil` when it is not over within `limit`, or the task is cancelled: then the work is cancelled too, and left to
    /// itself, since it may never end.
    func result<Value: Sendable>(within limit: Duration, of work: @escaping @Sendable () async -> Value) async -> Value? {
        let (answers, answer) = AsyncStream.makeStream(of: Value.self)
        // Not a child task: a group waits for all of its children.
        let task = Task {
            answer.yield(await work())
            answer.finish()
        }
        defer { task.cancel() }
        return await withTaskGroup(of: Value?.self) { group in
            group.addTask {
                for await answer in answers { return answer }
                return nil
            }
            group.addTask {
                try? await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
