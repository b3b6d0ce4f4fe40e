/* SPDX-License-Identifier: EUPL-1.2 */
/* Sixteen bytes at a time, as the compiler has them for each processor. */
#ifndef CC_BYTES16_H
#define CC_BYTES16_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef unsigned char cc_bytes16 __attribute__((vector_size(16)));

/* Is any of them not 0? What a comparison of two vectors gives is 0 where it does not hold. */
static inline bool cc_any16(cc_bytes16 v)
{
    uint64_t found[2];
    memcpy(found, &v, sizeof(found));
    return (found[0] | found[1]) != 0;
}

#endif
