/* SPDX-License-Identifier: EUPL-1.2 */
/* SHA-256, HMAC, random bytes and their texts (libsodium); hashes of entity tags (xxHash). */
#ifndef CC_HASH_H
#define CC_HASH_H

#include "concord/err.h"

#define CC_SHA256_HEX 64
#define CC_DIGEST_HEX 32
#define CC_ETAG_HEX   32

enum cc_rc cc_crypto_init(void); /* once at start */
void cc_sha256_hex(const void *data, size_t len, char hex_r[CC_SHA256_HEX + 1]);
/* A short hash of what strangers send (BLAKE2b, 128 bits): four times as fast, never a seal's. */
void cc_digest_hex(const void *data, size_t len, char hex_r[CC_DIGEST_HEX + 1]);
/*
 * For entity tags alone (XXH3, 128 bits): other bytes get another tag unless somebody builds two
 * answers on purpose, and those would be that person's own.
 */
void cc_etag_hex(const void *data, size_t len, char hex_r[CC_ETAG_HEX + 1]);
void cc_hmac_hex(const void *key, size_t key_len, const void *data, size_t len,
                 char hex_r[CC_SHA256_HEX + 1]);
char *cc_random_token(void *mem, size_t bytes);     /* base64url, no padding */
bool cc_equal_secret(const char *a, const char *b); /* constant time for equal lengths */

#endif
