/*
 * digest.h - the 64-bit digest of what was read (native/PROTOCOL.md, "Digest").
 */
#ifndef WORKLOADS_DIGEST_H
#define WORKLOADS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_START 0xcbf29ce484222325ull

/* Goes on from @h over @words little-endian words. */
static inline uint64_t digest_words(uint64_t h, const uint64_t *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        h = (h ^ words[i]) * 0x9e3779b97f4a7c15ull;
        h ^= h >> 32;
    }
    return h;
}

#endif
