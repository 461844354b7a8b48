/*
 * pattern.h - what the target's region holds (native/PROTOCOL.md, "Target").
 *
 * The generator is splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014. Word n of it can be had without the ones
 * before.
 */
#ifndef TARGET_PATTERN_H
#define TARGET_PATTERN_H

#include <stdint.h>

#define WORDS_PER_UNIT 512 /* 64-bit words of 4 KiB */

/* pattern_word(): word @n of the region, counted from its start. */
static inline uint64_t pattern_word(uint64_t seed, uint64_t n)
{
    uint64_t z = seed + (n + 1) * 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

#endif
