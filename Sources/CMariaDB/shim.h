// The types of MariaDB Connector/C, and of those of its functions that are used. There is no `link` in the module map: the library is
// loaded when a MySQL or MariaDB is measured (MySQLLibrary.swift).
#if __has_include(<mysql.h>)
#include <mysql.h>
#else
#include <mariadb/mysql.h>
#endif
#if __has_include(<errmsg.h>)
#include <errmsg.h>
#else
#include <mariadb/errmsg.h>
#endif

typedef __typeof__(mysql_close) *MySQLCloseFunction;
typedef __typeof__(mysql_errno) *MySQLErrorNumberFunction;
typedef __typeof__(mysql_error) *MySQLErrorFunction;
typedef __typeof__(mysql_fetch_fields) *MySQLFetchFieldsFunction;
typedef __typeof__(mysql_fetch_lengths) *MySQLFetchLengthsFunction;
typedef __typeof__(mysql_fetch_row_cont) *MySQLFetchRowContinueFunction;
typedef __typeof__(mysql_fetch_row_start) *MySQLFetchRowStartFunction;
typedef __typeof__(mysql_free_result) *MySQLFreeResultFunction;
typedef __typeof__(mysql_get_server_info) *MySQLServerInfoFunction;
typedef __typeof__(mysql_get_server_version) *MySQLServerVersionFunction;
typedef __typeof__(mysql_get_socket) *MySQLSocketFunction;
typedef __typeof__(mysql_init) *MySQLInitFunction;
typedef __typeof__(mysql_num_fields) *MySQLNumberOfFieldsFunction;
typedef __typeof__(mysql_options) *MySQLOptionsFunction;
typedef __typeof__(mysql_real_connect_cont) *MySQLConnectContinueFunction;
typedef __typeof__(mysql_real_connect_start) *MySQLConnectStartFunction;
typedef __typeof__(mysql_real_query_cont) *MySQLQueryContinueFunction;
typedef __typeof__(mysql_real_query_start) *MySQLQueryStartFunction;
typedef __typeof__(mysql_server_init) *MySQLServerInitFunction;
typedef __typeof__(mysql_use_result) *MySQLUseResultFunction;
