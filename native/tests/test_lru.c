/*
 * test_lru.c - the map under both caches.
 */
#include "../vmi/lru.h"

#include <xen/errno.h>

#include "memory.h"
#include "test.h"

static bool has(struct lru *lru, uint64_t key, uint64_t tag, uint64_t want)
{
    uint64_t value;

    return lru_get(lru, key, tag, &value) && value == want;
}

static void finds_what_was_put(void)
{
    struct lru_entry dropped;
    struct lru lru;
    uint64_t value;

    CHECK_EQ(lru_init(&lru, 100), 0);
    CHECK(!lru_get(&lru, 1, 0, &value));
    for (uint64_t i = 0; i < 100; i++)
        CHECK(!lru_put(&lru, i * 4096, i & 3, i + 7, &dropped));
    for (uint64_t i = 0; i < 100; i++)
        CHECK(has(&lru, i * 4096, i & 3, i + 7));
    CHECK(!lru_get(&lru, 0, 1, &value)); /* the tag is part of the name */
    lru_free(&lru);
}

static void drops_the_least_recently_used(void)
{
    struct lru_entry dropped;
    struct lru lru;
    uint64_t value;

    CHECK_EQ(lru_init(&lru, 3), 0);
    for (uint64_t i = 1; i <= 3; i++)
        CHECK(!lru_put(&lru, i, 0, i, &dropped));
    CHECK(has(&lru, 1, 0, 1)); /* now 2 is the oldest */
    CHECK(lru_put(&lru, 4, 0, 4, &dropped));
    CHECK_EQ(dropped.key, 2);
    CHECK(lru_put(&lru, 5, 0, 5, &dropped));
    CHECK_EQ(dropped.key, 3);
    CHECK(!lru_get(&lru, 2, 0, &value));
    CHECK(has(&lru, 1, 0, 1) && has(&lru, 4, 0, 4) && has(&lru, 5, 0, 5));
    lru_free(&lru);
}

/* One entry goes for one that comes: a full cache makes no burst. */
static void drops_one_at_a_time(void)
{
    struct lru_entry dropped;
    struct lru lru;

    CHECK_EQ(lru_init(&lru, 512), 0);
    for (uint64_t i = 0; i < 5000; i++) {
        bool full = lru_put(&lru, i, 0, i, &dropped);

        CHECK_EQ(full, i >= 512);
        if (full)
            CHECK_EQ(dropped.key, i - 512);
    }
    lru_free(&lru);
}

static void set_changes_or_inserts(void)
{
    struct lru_entry dropped;
    struct lru lru;

    CHECK_EQ(lru_init(&lru, 2), 0);
    CHECK(!lru_set(&lru, 1, 9, 10, &dropped));
    CHECK(!lru_set(&lru, 2, 9, 20, &dropped));
    CHECK(!lru_set(&lru, 1, 9, 11, &dropped)); /* newest now */
    CHECK(has(&lru, 1, 9, 11));
    CHECK(lru_set(&lru, 3, 9, 30, &dropped));
    CHECK_EQ(dropped.key, 2);
    lru_free(&lru);
}

static void removes_by_tag(void)
{
    struct lru_entry dropped, taken;
    struct lru lru;
    uint64_t value;
    int left = 0;

    CHECK_EQ(lru_init(&lru, 64), 0);
    for (uint64_t i = 0; i < 64; i++)
        lru_put(&lru, i, i % 4, i, &dropped);
    lru_remove_tag(&lru, 1);
    for (uint64_t i = 0; i < 64; i++)
        CHECK_EQ(lru_get(&lru, i, i % 4, &value), i % 4 != 1);
    /* The room of the removed is used again before anything is dropped. */
    for (uint64_t i = 100; i < 116; i++)
        CHECK(!lru_put(&lru, i, 1, i, &dropped));
    CHECK(lru_put(&lru, 200, 1, 0, &dropped));
    while (lru_take(&lru, &taken))
        left++;
    CHECK_EQ(left, 64);
    CHECK(!lru_take(&lru, &taken));
    lru_free(&lru);
}

static void works_with_one_entry(void)
{
    struct lru_entry dropped;
    struct lru lru;

    CHECK_EQ(lru_init(&lru, 1), 0);
    CHECK(!lru_put(&lru, 1, 0, 1, &dropped));
    CHECK(lru_put(&lru, 2, 0, 2, &dropped));
    CHECK_EQ(dropped.value, 1);
    CHECK(has(&lru, 2, 0, 2));
    lru_free(&lru);
}

static void refuses_sizes_and_reports_memory(void)
{
    struct lru lru;

    CHECK_EQ(lru_init(&lru, 0), -XEN_EINVAL);
    CHECK_EQ(lru_init(&lru, (size_t)LRU_CAPACITY_MAX + 1), -XEN_EINVAL);
    memory.alloc_limit = 1024;
    CHECK_EQ(lru_init(&lru, 512), -XEN_ENOMEM);
    lru_free(&lru); /* nothing, harmless */
}

const struct test lru_tests[] = {
    {"lru: finds what was put", finds_what_was_put},
    {"lru: drops the least recently used", drops_the_least_recently_used},
    {"lru: drops one at a time", drops_one_at_a_time},
    {"lru: set changes or inserts", set_changes_or_inserts},
    {"lru: removes by tag", removes_by_tag},
    {"lru: works with one entry", works_with_one_entry},
    {"lru: refuses sizes and reports short memory", refuses_sizes_and_reports_memory},
    {0},
};
