/* SPDX-License-Identifier: EUPL-1.2 */
/* Small things one behind the other. */
#include "concord/arena.h"
#include "unit.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#define MANY 3000

static void everything_keeps_its_own_bytes(void **state)
{
    struct cc_arena a;
    char *texts[MANY];
    unsigned char *things[MANY];

    cc_arena_init(&a, *state);
    for (size_t i = 0; i < MANY; i++) {
        char text[64];
        memset(text, 'a' + (int)(i % 26), sizeof(text));
        texts[i] = cc_arena_copy(&a, text, i % sizeof(text));
        things[i] = cc_arena_alloc(&a, 1 + i % 100);
        assert_int_equal((uintptr_t)things[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < 1 + i % 100; k++)
            assert_int_equal(things[i][k], 0);
        memset(things[i], 0xFF, 1 + i % 100);
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(strlen(texts[i]), i % 64);
        for (size_t k = 0; k < i % 64; k++)
            assert_int_equal(texts[i][k], 'a' + (int)(i % 26));
        for (size_t k = 0; k < 1 + i % 100; k++)
            assert_int_equal(things[i][k], 0xFF);
    }
}

static void what_is_large_leaves_the_piece_in_use(void **state)
{
    struct cc_arena a;
    void *mem = talloc_new(*state);

    cc_arena_init(&a, mem);
    char *before = cc_arena_copy(&a, "before", 6);
    size_t pieces = talloc_total_blocks(mem);
    char *large = cc_arena_alloc(&a, 1000000);
    char *after = cc_arena_copy(&a, "after", 5);
    assert_int_equal(talloc_total_blocks(mem), pieces + 1);
    assert_int_equal(large[999999], 0);
    assert_ptr_equal(after, before + 7);
    assert_string_equal(before, "before");
    talloc_free(mem); /* with all of it: the sanitizers see the rest */
}

static void no_text_is_no_text(void **state)
{
    struct cc_arena a;

    cc_arena_init(&a, *state);
    assert_null(cc_arena_text(&a, NULL));
    assert_null(a.at);
    assert_string_equal(cc_arena_text(&a, ""), "");
    assert_non_null(cc_arena_alloc(&a, 0)); /* nothing has a place, too */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(everything_keeps_its_own_bytes),
        unit(what_is_large_leaves_the_piece_in_use),
        unit(no_text_is_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
