/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Identifiers. Crockford's alphabet leaves out I, L, O and U in the random part; the kind letter
 * and the check character come from all of 0-9A-Z, as ISO 7064 MOD 37,36 counts. What people
 * mistype is caught by the check character; nothing is guessed (an O is never read as a zero).
 */
#include "concord/id.h"
#include "concord/log.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#define RANDOM_CHARS (CC_ID_LEN - 2)

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char iso7064[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

char cc_id_check(const char *s, size_t len)
{
    int p = 36;
    for (size_t i = 0; i < len; i++) {
        const char *at = s[i] == '\0' ? NULL : strchr(iso7064, s[i]);
        if (at == NULL)
            return '\0';
        int sum = (p + (int)(at - iso7064)) % 36;
        p = (sum == 0 ? 36 : sum) * 2 % 37;
    }
    return iso7064[(37 - p) % 36];
}

static char *make(void *mem, char letter, const uint8_t *bytes)
{
    char *id = talloc_zero_size(mem, CC_ID_LEN + 1);
    if (id == NULL)
        cc_die("out of memory");
    id[0] = letter;
    for (size_t i = 0; i < RANDOM_CHARS; i++)
        id[1 + i] = crockford[bytes[i] & 31];
    id[CC_ID_LEN - 1] = cc_id_check(id, CC_ID_LEN - 1);
    return id;
}

char *cc_id_new(void *mem, char letter)
{
    uint8_t random[RANDOM_CHARS];
    randombytes_buf(random, sizeof(random));
    return make(mem, letter, random);
}

char *cc_id_derived(void *mem, char letter, const char *key)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)key, strlen(key));
    return make(mem, letter, hash);
}

bool cc_id_valid(const char *id)
{
    if (id == NULL || strnlen(id, CC_ID_LEN + 1) != CC_ID_LEN)
        return false;
    if (id[0] < 'A' || id[0] > 'Z')
        return false;
    for (size_t i = 1; i < CC_ID_LEN - 1; i++) {
        if (strchr(crockford, id[i]) == NULL)
            return false;
    }
    return cc_id_check(id, CC_ID_LEN - 1) == id[CC_ID_LEN - 1];
}

/* A hyphen may stand between two characters only: not first, not last, not two in a row. */
char *cc_id_canonical(void *mem, const char *text)
{
    if (text == NULL)
        return NULL;
    char id[CC_ID_LEN + 1] = "";
    size_t n = 0;
    bool hyphen_may = false;
    const char *s = text;
    for (; *s != '\0'; s++) {
        if (*s == '-') {
            if (!hyphen_may)
                return NULL;
            hyphen_may = false;
            continue;
        }
        if (n == CC_ID_LEN)
            return NULL;
        id[n++] = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
        hyphen_may = true;
    }
    if (!hyphen_may || !cc_id_valid(id))
        return NULL;
    char *copy = talloc_strdup(mem, id);
    if (copy == NULL)
        cc_die("out of memory");
    return copy;
}
