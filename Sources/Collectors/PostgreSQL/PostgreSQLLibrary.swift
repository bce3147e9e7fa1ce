import CPostgreSQL

/// libpq, with those of its functions that are used.
struct PostgreSQLLibrary {
    let clear: PQclearFunction
    let connectPoll: PQconnectPollFunction
    let connectStart: PQconnectStartParamsFunction
    let columnName: PQfnameFunction
    let columnCount: PQnfieldsFunction
    let connectionError: PQerrorMessageFunction
    let consumeInput: PQconsumeInputFunction
    let finish: PQfinishFunction
    let flush: PQflushFunction
    let isBusy: PQisBusyFunction
    let isNull: PQgetisnullFunction
    let length: PQgetlengthFunction
    let needsPassword: PQconnectionNeedsPasswordFunction
    let result: PQgetResultFunction
    let resultError: PQresultErrorMessageFunction
    let resultStatus: PQresultStatusFunction
    let rowCount: PQntuplesFunction
    let sendQuery: PQsendQueryFunction
    let setNonBlocking: PQsetnonblockingFunction
    let setNoticeProcessor: PQsetNoticeProcessorFunction
    let setSingleRowMode: PQsetSingleRowModeFunction
    let socket: PQsocketFunction
    let status: PQstatusFunction
    let value: PQgetvalueFunction

    /// Loads the library, unless it is loaded already.
    init() throws(CollectionFailure) {
        let library = try SharedLibrary("libpq.so.5", package: "libpq5")
        clear = try library.function("PQclear", PQclearFunction.self)
        connectPoll = try library.function("PQconnectPoll", PQconnectPollFunction.self)
        connectStart = try library.function("PQconnectStartParams", PQconnectStartParamsFunction.self)
        columnName = try library.function("PQfname", PQfnameFunction.self)
        columnCount = try library.function("PQnfields", PQnfieldsFunction.self)
        connectionError = try library.function("PQerrorMessage", PQerrorMessageFunction.self)
        consumeInput = try library.function("PQconsumeInput", PQconsumeInputFunction.self)
        finish = try library.function("PQfinish", PQfinishFunction.self)
        flush = try library.function("PQflush", PQflushFunction.self)
        isBusy = try library.function("PQisBusy", PQisBusyFunction.self)
        isNull = try library.function("PQgetisnull", PQgetisnullFunction.self)
        length = try library.function("PQgetlength", PQgetlengthFunction.self)
        needsPassword = try library.function("PQconnectionNeedsPassword", PQconnectionNeedsPasswordFunction.self)
        result = try library.function("PQgetResult", PQgetResultFunction.self)
        resultError = try library.function("PQresultErrorMessage", PQresultErrorMessageFunction.self)
        resultStatus = try library.function("PQresultStatus", PQresultStatusFunction.self)
        rowCount = try library.function("PQntuples", PQntuplesFunction.self)
        sendQuery = try library.function("PQsendQuery", PQsendQueryFunction.self)
        setNonBlocking = try library.function("PQsetnonblocking", PQsetnonblockingFunction.self)
        setNoticeProcessor = try library.function("PQsetNoticeProcessor", PQsetNoticeProcessorFunction.self)
        setSingleRowMode = try library.function("PQsetSingleRowMode", PQsetSingleRowModeFunction.self)
        socket = try library.function("PQsocket", PQsocketFunction.self)
        status = try library.function("PQstatus", PQstatusFunction.self)
        value = try library.function("PQgetvalue", PQgetvalueFunction.self)
    }
}
