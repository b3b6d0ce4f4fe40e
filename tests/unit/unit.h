/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For every unit test: cmocka with what it needs before it, and unit(f), a test whose *state is a
 * fresh talloc context that is freed afterwards.
 */
#ifndef CC_UNIT_H
#define CC_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <talloc.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define unit(f)      cmocka_unit_test_setup_teardown(f, unit_open, unit_close)

static inline int unit_open(void **state)
{
    *state = talloc_new(NULL);
    return *state == NULL ? -1 : 0;
}

static inline int unit_close(void **state)
{
    talloc_free(*state);
    return 0;
}

#endif
