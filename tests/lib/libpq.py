# SPDX-License-Identifier: EUPL-1.2
"""What psycopg2 does not show of libpq: how the server describes a prepared statement."""
import ctypes

_lib = ctypes.CDLL("libpq.so.5")
for _name, _result, _arguments in (
        ("PQconnectdb", ctypes.c_void_p, [ctypes.c_char_p]),
        ("PQstatus", ctypes.c_int, [ctypes.c_void_p]),
        ("PQfinish", None, [ctypes.c_void_p]),
        ("PQerrorMessage", ctypes.c_char_p, [ctypes.c_void_p]),
        ("PQprepare", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p,
                                        ctypes.c_int, ctypes.c_void_p]),
        ("PQdescribePrepared", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
        ("PQresultStatus", ctypes.c_int, [ctypes.c_void_p]),
        ("PQclear", None, [ctypes.c_void_p]),
        ("PQnparams", ctypes.c_int, [ctypes.c_void_p]),
        ("PQparamtype", ctypes.c_uint, [ctypes.c_void_p, ctypes.c_int]),
        ("PQnfields", ctypes.c_int, [ctypes.c_void_p]),
        ("PQfname", ctypes.c_char_p, [ctypes.c_void_p, ctypes.c_int]),
        ("PQftype", ctypes.c_uint, [ctypes.c_void_p, ctypes.c_int])):
    _function = getattr(_lib, _name)
    _function.restype, _function.argtypes = _result, _arguments


class Connection:
    def __init__(self, conninfo):
        self._conn = _lib.PQconnectdb(conninfo.encode())
        if _lib.PQstatus(self._conn) != 0:
            raise ConnectionError(_lib.PQerrorMessage(self._conn).decode())

    def close(self):
        _lib.PQfinish(self._conn)

    def _check(self, result):
        if _lib.PQresultStatus(result) != 1:  # PGRES_COMMAND_OK
            _lib.PQclear(result)
            raise ValueError(_lib.PQerrorMessage(self._conn).decode().strip())
        return result

    def describe(self, name, sql):
        """(type oids of the parameters, [(name, type oid) of the columns])"""
        _lib.PQclear(self._check(_lib.PQprepare(self._conn, name.encode(), sql.encode(), 0, None)))
        result = self._check(_lib.PQdescribePrepared(self._conn, name.encode()))
        params = [_lib.PQparamtype(result, i) for i in range(_lib.PQnparams(result))]
        columns = [(_lib.PQfname(result, i).decode(), _lib.PQftype(result, i))
                   for i in range(_lib.PQnfields(result))]
        _lib.PQclear(result)
        return params, columns
