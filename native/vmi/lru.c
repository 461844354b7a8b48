/*
 * lru.c - see lru.h. A hash table with chains, and a ring in order of last use.
 */
#include "lru.h"

#include <platform.h>
#include <xen/errno.h>

static uint32_t *bucket_of(struct lru *lru, uint64_t key, uint64_t tag)
{
    /* Fibonacci hashing (Knuth, TAOCP 3, 6.4): the product's top bits. */
    uint64_t hash = (key ^ (tag << 1)) * 0x9e3779b97f4a7c15ull;

    return &lru->buckets[hash >> (64 - lru->bucket_bits)];
}

static void ring_remove(struct lru_entry *e, uint32_t i)
{
    e[e[i].newer].older = e[i].older;
    e[e[i].older].newer = e[i].newer;
}

static void ring_insert_newest(struct lru_entry *e, uint32_t i)
{
    e[i].newer = 0;
    e[i].older = e[0].older;
    e[e[0].older].newer = i;
    e[0].older = i;
}

static uint32_t find(struct lru *lru, uint64_t key, uint64_t tag)
{
    uint32_t i = *bucket_of(lru, key, tag);

    while (i && (lru->entries[i].key != key || lru->entries[i].tag != tag))
        i = lru->entries[i].next;
    return i;
}

static void unlink_entry(struct lru *lru, uint32_t i)
{
    struct lru_entry *e = lru->entries;
    uint32_t *link = bucket_of(lru, e[i].key, e[i].tag);

    while (*link != i)
        link = &e[*link].next;
    *link = e[i].next;
    ring_remove(e, i);
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
    lru->bucket_bits = bits;
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

bool lru_get(struct lru *lru, uint64_t key, uint64_t tag, uint64_t *value)
{
    uint32_t i = find(lru, key, tag);

    if (!i)
        return false;
    ring_remove(lru->entries, i);
    ring_insert_newest(lru->entries, i);
    *value = lru->entries[i].value;
    return true;
}

bool lru_put(struct lru *lru, uint64_t key, uint64_t tag, uint64_t value,
             struct lru_entry *dropped)
{
    bool full = !lru->spare && lru->used == lru->capacity;
    uint32_t *bucket = bucket_of(lru, key, tag);
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
    *bucket = i;
    ring_insert_newest(lru->entries, i);
    return full;
}

bool lru_set(struct lru *lru, uint64_t key, uint64_t tag, uint64_t value,
             struct lru_entry *dropped)
{
    uint32_t i = find(lru, key, tag);

    if (!i)
        return lru_put(lru, key, tag, value, dropped);
    lru->entries[i].value = value;
    ring_remove(lru->entries, i);
    ring_insert_newest(lru->entries, i);
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
