/* SPDX-License-Identifier: EUPL-1.2 */
/* The one function of every fuzz target, as libFuzzer and replay.c call it. */
#ifndef CC_FUZZ_TARGET_H
#define CC_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
