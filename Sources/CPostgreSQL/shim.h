// The types of libpq, and of those of its functions that are used. There is no `link` in the module map: the library is loaded when a
// PostgreSQL is measured (PostgreSQLLibrary.swift).
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

typedef __typeof__(PQclear) *PQclearFunction;
typedef __typeof__(PQconnectPoll) *PQconnectPollFunction;
typedef __typeof__(PQconnectStartParams) *PQconnectStartParamsFunction;
typedef __typeof__(PQconnectionNeedsPassword) *PQconnectionNeedsPasswordFunction;
typedef __typeof__(PQconsumeInput) *PQconsumeInputFunction;
typedef __typeof__(PQerrorMessage) *PQerrorMessageFunction;
typedef __typeof__(PQfinish) *PQfinishFunction;
typedef __typeof__(PQflush) *PQflushFunction;
typedef __typeof__(PQfname) *PQfnameFunction;
typedef __typeof__(PQgetisnull) *PQgetisnullFunction;
typedef __typeof__(PQgetlength) *PQgetlengthFunction;
typedef __typeof__(PQgetResult) *PQgetResultFunction;
typedef __typeof__(PQgetvalue) *PQgetvalueFunction;
typedef __typeof__(PQisBusy) *PQisBusyFunction;
typedef __typeof__(PQnfields) *PQnfieldsFunction;
typedef __typeof__(PQntuples) *PQntuplesFunction;
typedef __typeof__(PQresultErrorMessage) *PQresultErrorMessageFunction;
typedef __typeof__(PQresultStatus) *PQresultStatusFunction;
typedef __typeof__(PQsendQuery) *PQsendQueryFunction;
typedef __typeof__(PQsetnonblocking) *PQsetnonblockingFunction;
typedef __typeof__(PQsetNoticeProcessor) *PQsetNoticeProcessorFunction;
typedef __typeof__(PQsetSingleRowMode) *PQsetSingleRowModeFunction;
typedef __typeof__(PQsocket) *PQsocketFunction;
typedef __typeof__(PQstatus) *PQstatusFunction;
