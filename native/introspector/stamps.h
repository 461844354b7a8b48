/*
 * stamps.h - when an introspector passed the points of its life, by plat_clock().
 *
 * Each point is noted the first time. Workload `stamps` reports them.
 */
#ifndef INTROSPECTOR_STAMPS_H
#define INTROSPECTOR_STAMPS_H

#include <stdint.h>

enum stamp {
    STAMP_FIRST,    /* its first instruction, as near as its platform can tell */
    STAMP_ENTERED,  /* its main function */
    STAMP_READY,    /* it can be asked */
    STAMP_ASKED,    /* its first job is there */
    STAMP_READ,     /* the first batch of pages is read */
    STAMP_ANSWERED, /* the records of the first job are written */
    STAMPS
};

/* Notes the clock. */
void stamp(enum stamp point);

/* Notes a reading of the clock that was taken before. */
void stamp_at(enum stamp point, uint64_t ticks);

/* The reading that was noted, or 0. */
uint64_t stamp_of(enum stamp point);

#endif
