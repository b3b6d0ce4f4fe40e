/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the bench measures Concord against: the least that a FastCGI program in C with a database
 * can do. It fetches the document of the record in the address with one prepared statement, and
 * answers SIZE constant bytes.
 *
 *   constant CONNINFO SIZE TYPE < listening socket
 */
#include <fcgiapp.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_LEN 14

static const char sql[] = "SELECT content FROM concord.publication WHERE record_id = $1";

/* The identifier in /partnerships/ID.xml or /en/partnerships/ID; "" = there is none. */
static const char *find_id(const char *uri, char id[ID_LEN + 1])
{
    const char *at = uri != NULL ? strstr(uri, "ships/") : NULL;
    if (at == NULL || strlen(at + 6) < ID_LEN)
        return "";
    memcpy(id, at + 6, ID_LEN);
    id[ID_LEN] = '\0';
    return id;
}

static int fetch(PGconn *conn, const char *id)
{
    const char *const params[] = {id};
    PGresult *result = PQexecPrepared(conn, "get", 1, params, NULL, NULL, 0);
    int found = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    PQclear(result);
    return found;
}

int main(int argc, char **argv)
{
    FCGX_Request request;
    if (argc != 4)
        return 2;
    int size = atoi(argv[2]);
    char *answer = malloc((size_t)size + 200);
    PGconn *conn = PQconnectdb(argv[1]);
    if (answer == NULL || PQstatus(conn) != CONNECTION_OK) {
        fputs(PQerrorMessage(conn), stderr);
        return 1;
    }
    PQclear(PQprepare(conn, "get", sql, 1, NULL));
    int head = sprintf(answer, "Status: 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
                       argv[3], size);
    memset(answer + head, 'x', (size_t)size);
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
        return 1;
    while (FCGX_Accept_r(&request) == 0) {
        char id[ID_LEN + 1];
        if (fetch(conn, find_id(FCGX_GetParam("REQUEST_URI", request.envp), id)))
            FCGX_PutStr(answer, head + size, request.out);
        else
            FCGX_PutS("Status: 404 Not Found\r\n\r\n", request.out);
        FCGX_Finish_r(&request);
    }
    PQfinish(conn);
    free(answer);
    return 0;
}
