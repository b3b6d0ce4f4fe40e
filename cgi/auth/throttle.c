/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Slows guessing down without locking anybody out for long. The arithmetic stands in the statement
 * (sql/queries/auth.sql), because many workers count at once; here are the keys and the waiting.
 */
#include "concord/auth.h"

#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/log.h"
#include "concord/text.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#define JITTER_MS      80
#define NAME_MAX_CHARS 200 /* no directory is asked for longer ones */

/* The address with all but its first bits zero, as text. */
static char *network_key(void *mem, int family, const unsigned char *address, unsigned bits)
{
    unsigned char masked[16] = {0};
    char text[INET6_ADDRSTRLEN] = "";
    memcpy(masked, address, bits / 8);
    inet_ntop(family, masked, text, sizeof(text));
    return talloc_asprintf(mem, "net:%s/%u", text, bits);
}

void cc_throttle_keys(void *mem, const char *login, const char *remote,
                      struct cc_throttle *throttle_r)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    char hex[CC_SHA256_HEX + 1];
    unsigned char address[16];
    /* people type their password into the wrong field: the name itself is not kept */
    char *folded = talloc_strdup(mem, "");
    if (cc_utf8_valid(login, strlen(login)))
        folded =
            cc_text_fold_login(mem, talloc_strndup(mem, login, cc_utf8_cut(login, NAME_MAX_CHARS)));
    cc_sha256_hex(folded, strlen(folded), hex);
    throttle_r->account = talloc_asprintf(mem, "account:%s", hex);
    if (remote != NULL && inet_pton(AF_INET, remote, address) == 1) {
        throttle_r->network = network_key(mem, AF_INET, address, 32);
        throttle_r->wide = network_key(mem, AF_INET, address, 24);
    } else if (remote != NULL && inet_pton(AF_INET6, remote, address) == 1) {
        bool is_mapped = memcmp(address, mapped, sizeof(mapped)) == 0;
        const unsigned char *bytes = is_mapped ? address + sizeof(mapped) : address;
        int family = is_mapped ? AF_INET : AF_INET6;
        throttle_r->network = network_key(mem, family, bytes, is_mapped ? 32 : 64);
        throttle_r->wide = network_key(mem, family, bytes, is_mapped ? 24 : 48);
    } else { /* behind a proxy on a unix socket that tells nothing: all share one budget */
        throttle_r->network = "net:unknown/32";
        throttle_r->wide = "net:unknown/24";
    }
}

enum cc_rc cc_throttle_take(struct cc_db *db, void *mem, const struct cc_settings *settings,
                            const struct cc_throttle *throttle, struct cc_err *err)
{
    char free_failures[24], window[24], network[24];
    snprintf(free_failures, sizeof(free_failures), "%ld", settings->login_free_failures);
    snprintf(window, sizeof(window), "%ld", settings->login_account_window);
    snprintf(network, sizeof(network), "%ld", settings->login_network_failures);
    struct cc_call call = {.query = Q_THROTTLE_TAKE,
                           .params = {throttle->account, throttle->network, throttle->wide,
                                      free_failures, window, network}};
    enum cc_rc rc = cc_db_run(db, mem, &call, err);
    if (rc != CC_OK)
        return rc;
    if (!cc_rows_bool(call.rows, 0, Q_THROTTLE_TAKE_ADMITTED))
        return cc_fail(err, mem, CC_BUSY, NULL, N_("Please try again later."),
                       "too many failed attempts: %s %s", throttle->account, throttle->network);
    return CC_OK;
}

enum cc_rc cc_throttle_give_back(struct cc_db *db, void *mem, const struct cc_throttle *throttle,
                                 bool is_right, struct cc_err *err)
{
    struct cc_call call = {.query = Q_THROTTLE_GIVE_BACK,
                           .params = {throttle->account, throttle->network, throttle->wide,
                                      is_right ? "true" : "false"}};
    return cc_db_run(db, mem, &call, err);
}

void cc_login_wait(const struct cc_settings *settings, int64_t start_us)
{
    int64_t floor_us = settings->login_floor_ms * 1000LL + randombytes_uniform(JITTER_MS * 1000);
    int64_t left_us = start_us + floor_us - cc_monotonic_us();
    struct timespec left = {(time_t)(left_us / 1000000), (long)(left_us % 1000000) * 1000};
    if (left_us > 0)
        while (nanosleep(&left, &left) != 0)
            continue; /* a signal: sleep the rest */
}
