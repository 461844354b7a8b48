/*
 * lru.c - see lru.h. A hash table with chains, and a ring in order of last use.
 */
#include "lru.h"

#include <platform.h>
#include <xen/errno.h>

static void unlink_entry(struct lru *lru, uint32_t i)
{
    struct lru_entry *e = lru->entries;
    uint32_t *link = lru_bucket(lru, e[i].key, e[i].tag);

    while (*link != i)
        link = &e[*link].next;
    *link = e[i].next;
    lru_ring_remove(e, i);
    e[i].next = lru->spare;
    lru->spare = i;
}

int lru_init(struct lru *lru, size_t capacity)
{
    uint32_t bits = 1;

    *lru = (struct lru){0};
    if (capacity == 0 || capacity > LRU_CAPACITY_MAX)
        return -XEN_EINVAL;
    while ((1ul << bits) < capacity)
        bits++;

    lru->entries = plat_alloc((capacity + 1) * sizeof(*lru->entries));
    lru->buckets = plat_alloc(sizeof(*lru->buckets) << bits);
    if (!lru->entries || !lru->buckets) {
        lru_free(lru);
        return -XEN_ENOMEM;
    }
    lru->capacity = (uint32_t)capacity;
    lru->hash_shift = 64 - bits;
    return 0;
}

void lru_free(struct lru *lru)
{
    if (lru->entries)
        plat_free(lru->entries);
    if (lru->buckets)
        plat_free(lru->buckets);
    *lru = (struct lru){0};
}

bool lru_put(struct lru *lru, uint64_t key, uint64_t tag, uint64_t value,
             struct lru_entry *dropped)
{
    bool full = !lru->spare && lru->used == lru->capacity;
    uint32_t *bucket = lru_bucket(lru, key, tag);
    uint32_t i;

    if (full)
        lru_take(lru, dropped);
    if (lru->spare) {
        i = lru->spare;
        lru->spare = lru->entries[i].next;
    } else {
        i = ++lru->used;
    }

    lru->entries[i].key = key;
    lru->entries[i].tag = tag;
    lru->entries[i].value = value;
    lru->entries[i].next = *bucket;
    lru->entries[i].epoch = ++lru->epoch;
    *bucket = i;
    lru_ring_insert(lru->entries, i);
    return full;
}

bool lru_set(struct lru *lru, uint64_t key, uint64_t tag, uint64_t value,
             struct lru_entry *dropped)
{
    uint32_t i = lru_find(lru, key, tag);

    if (!i)
        return lru_put(lru, key, tag, value, dropped);
    lru->entries[i].value = value;
    lru->entries[i].epoch = lru->epoch;
    lru_ring_remove(lru->entries, i);
    lru_ring_insert(lru->entries, i);
    return false;
}

bool lru_take(struct lru *lru, struct lru_entry *taken)
{
    uint32_t i = lru->capacity ? lru->entries[0].newer : 0;

    if (!i)
        return false;
    *taken = lru->entries[i];
    unlink_entry(lru, i);
    return true;
}

void lru_remove_tag(struct lru *lru, uint64_t tag)
{
    uint32_t i = lru->capacity ? lru->entries[0].newer : 0;

    while (i) {
        uint32_t newer = lru->entries[i].newer;

        if (lru->entries[i].tag == tag)
            unlink_entry(lru, i);
        i = newer;
    }
}
