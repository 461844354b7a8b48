/*
 * lru.h - a map of fixed capacity that drops what was not used for longest.
 *
 * Two words (key, tag) lead to one (value). Both caches of the library are one
 * of these: lookups, insertions and drops cost the same however full it is, so
 * a full cache shows no spikes. Memory is taken once, at lru_init().
 */
#ifndef VMI_LRU_H
#define VMI_LRU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Largest capacity; indices are 32 bits wide and the buckets twice as many. */
#define LRU_CAPACITY_MAX (1u << 24)

struct lru_entry {
    uint64_t key, tag, value;
    uint32_t next;         /* in the bucket's chain, 0 ends it */
    uint32_t newer, older; /* ring through entry 0, by last use */
    uint32_t epoch;        /* lru.epoch when it was last made the newest */
};

/* All zero is an empty map of capacity 0. */
struct lru {
    struct lru_entry *entries; /* 1..capacity; 0 is the ring's head */
    uint32_t *buckets;
    uint32_t capacity, used, hash_shift;
    uint32_t spare; /* chain of removed entries */
    uint32_t epoch; /* counts insertions */
};

/* Takes memory for @capacity (1..LRU_CAPACITY_MAX) entries: 0, -XEN_EINVAL or -XEN_ENOMEM. */
int lru_init(struct lru *lru, size_t capacity);

/* Gives the memory back; the map is all zero afterwards. */
void lru_free(struct lru *lru);

/* The chain that an entry is in. Fibonacci hashing (Knuth, TAOCP 3, 6.4). */
static inline uint32_t *lru_bucket(const struct lru *lru, uint64_t key, uint64_t tag)
{
    return &lru->buckets[((key ^ (tag << 1)) * 0x9e3779b97f4a7c15ull) >> lru->hash_shift];
}

static inline uint32_t lru_find(const struct lru *lru, uint64_t key, uint64_t tag)
{
    uint32_t i = *lru_bucket(lru, key, tag);

    while (i && (lru->entries[i].key != key || lru->entries[i].tag != tag))
        i = lru->entries[i].next;
    return i;
}

static inline void lru_ring_remove(struct lru_entry *e, uint32_t i)
{
    e[e[i].newer].older = e[i].older;
    e[e[i].older].newer = e[i].newer;
}

static inline void lru_ring_insert(struct lru_entry *e, uint32_t i)
{
    e[i].newer = 0;
    e[i].older = e[0].older;
    e[e[0].older].newer = i;
    e[0].older = i;
}

/*
 * Finds an entry and makes it the newest, once between two insertions: only an
 * insertion drops, so uses in between need no order among themselves. Inline,
 * with what it needs: hits are most of what a warm read costs beside its copy.
 */
static inline bool lru_get(struct lru *lru, uint64_t key, uint64_t tag, uint64_t *value)
{
    uint32_t i = lru_find(lru, key, tag);

    if (!i)
        return false;
    if (lru->entries[i].epoch != lru->epoch) {
        lru->entries[i].epoch = lru->epoch;
        lru_ring_remove(lru->entries, i);
        lru_ring_insert(lru->entries, i);
    }
    *value = lru->entries[i].value;
    return true;
}

/*
 * Inserts an entry that lru_get() did not find, as the newest. True when an
 * older one had to go, which is then in *dropped.
 */
bool lru_put(struct lru *lru, uint64_t key, uint64_t tag, uint64_t value,
             struct lru_entry *dropped);

/* Changes the value of an entry, or inserts it. */
bool lru_set(struct lru *lru, uint64_t key, uint64_t tag, uint64_t value,
             struct lru_entry *dropped);

/* Removes the oldest entry into *taken; false when the map is empty. */
bool lru_take(struct lru *lru, struct lru_entry *taken);

/* Removes every entry with @tag. */
void lru_remove_tag(struct lru *lru, uint64_t tag);

#endif
