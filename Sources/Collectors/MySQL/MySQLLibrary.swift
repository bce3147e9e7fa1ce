import CMariaDB
import Synchronization

/// MariaDB Connector/C, with those of its functions that are used.
struct MySQLLibrary {
    let close: MySQLCloseFunction
    let connectContinue: MySQLConnectContinueFunction
    let connectStart: MySQLConnectStartFunction
    let error: MySQLErrorFunction
    let errorNumber: MySQLErrorNumberFunction
    let fetchContinue: MySQLFetchRowContinueFunction
    let fetchStart: MySQLFetchRowStartFunction
    let fields: MySQLFetchFieldsFunction
    let freeResult: MySQLFreeResultFunction
    let initialise: MySQLInitFunction
    let lengths: MySQLFetchLengthsFunction
    let numberOfFields: MySQLNumberOfFieldsFunction
    let queryContinue: MySQLQueryContinueFunction
    let queryStart: MySQLQueryStartFunction
    let serverInfo: MySQLServerInfoFunction
    let serverVersion: MySQLServerVersionFunction
    let setOption: MySQLOptionsFunction
    let socket: MySQLSocketFunction
    let useResult: MySQLUseResultFunction

    /// Loads the library, unless it is loaded already.
    init() throws(CollectionFailure) {
        let library = try SharedLibrary("libmariadb.so.3", package: "libmariadb3")
        close = try library.function("mysql_close", MySQLCloseFunction.self)
        connectContinue = try library.function("mysql_real_connect_cont", MySQLConnectContinueFunction.self)
        connectStart = try library.function("mysql_real_connect_start", MySQLConnectStartFunction.self)
        error = try library.function("mysql_error", MySQLErrorFunction.self)
        errorNumber = try library.function("mysql_errno", MySQLErrorNumberFunction.self)
        fetchContinue = try library.function("mysql_fetch_row_cont", MySQLFetchRowContinueFunction.self)
        fetchStart = try library.function("mysql_fetch_row_start", MySQLFetchRowStartFunction.self)
        fields = try library.function("mysql_fetch_fields", MySQLFetchFieldsFunction.self)
        freeResult = try library.function("mysql_free_result", MySQLFreeResultFunction.self)
        initialise = try library.function("mysql_init", MySQLInitFunction.self)
        lengths = try library.function("mysql_fetch_lengths", MySQLFetchLengthsFunction.self)
        numberOfFields = try library.function("mysql_num_fields", MySQLNumberOfFieldsFunction.self)
        queryContinue = try library.function("mysql_real_query_cont", MySQLQueryContinueFunction.self)
        queryStart = try library.function("mysql_real_query_start", MySQLQueryStartFunction.self)
        serverInfo = try library.function("mysql_get_server_info", MySQLServerInfoFunction.self)
        serverVersion = try library.function("mysql_get_server_version", MySQLServerVersionFunction.self)
        setOption = try library.function("mysql_options", MySQLOptionsFunction.self)
        socket = try library.function("mysql_get_socket", MySQLSocketFunction.self)
        useResult = try library.function("mysql_use_result", MySQLUseResultFunction.self)
        let prepare = try library.function("mysql_server_init", MySQLServerInitFunction.self)
        // Of two threads that come here first, one must not use what the other has half prepared.
        Self.preparing.withLock { _ in _ = prepare(0, nil, nil) }
    }

    // MARK: - Private

    private static let preparing = Mutex(())
}
