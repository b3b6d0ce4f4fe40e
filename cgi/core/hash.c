/* SPDX-License-Identifier: EUPL-1.2 */
/* Hashes and random bytes. libsodium and xxHash; nothing here is written by us but the texts. */
#include "concord/hash.h"
#include "concord/log.h"

#include <sodium.h>
#include <string.h>
#include <talloc.h>
#include <xxhash.h>

enum cc_rc cc_crypto_init(void)
{
    return sodium_init() < 0 ? CC_INTERNAL : CC_OK;
}

void cc_sha256_hex(const void *data, size_t len, char hex_r[CC_SHA256_HEX + 1])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, data, len);
    sodium_bin2hex(hex_r, CC_SHA256_HEX + 1, hash, sizeof(hash));
}

void cc_digest_hex(const void *data, size_t len, char hex_r[CC_DIGEST_HEX + 1])
{
    unsigned char hash[CC_DIGEST_HEX / 2];
    crypto_generichash(hash, sizeof(hash), data, len, NULL, 0);
    sodium_bin2hex(hex_r, CC_DIGEST_HEX + 1, hash, sizeof(hash));
}

void cc_etag_hex(const void *data, size_t len, char hex_r[CC_ETAG_HEX + 1])
{
    XXH128_canonical_t hash; /* the same bytes on every machine */
    XXH128_canonicalFromHash(&hash, XXH3_128bits(data, len));
    sodium_bin2hex(hex_r, CC_ETAG_HEX + 1, hash.digest, sizeof(hash.digest));
}

void cc_hmac_hex(const void *key, size_t key_len, const void *data, size_t len,
                 char hex_r[CC_SHA256_HEX + 1])
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, key_len); /* any key length */
    crypto_auth_hmacsha256_update(&state, data, len);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof(state));
    sodium_bin2hex(hex_r, CC_SHA256_HEX + 1, mac, sizeof(mac));
}

char *cc_random_token(void *mem, size_t bytes)
{
    const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    size_t text_size = sodium_base64_encoded_len(bytes, variant);
    unsigned char *raw = talloc_size(mem, bytes);
    char *text = talloc_size(mem, text_size);
    if (raw == NULL || text == NULL)
        cc_die("out of memory");
    randombytes_buf(raw, bytes);
    sodium_bin2base64(text, text_size, raw, bytes, variant);
    sodium_memzero(raw, bytes);
    talloc_free(raw);
    return text;
}

bool cc_equal_secret(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return false;
    size_t len = strlen(a);
    return len == strlen(b) && sodium_memcmp(a, b, len) == 0;
}
