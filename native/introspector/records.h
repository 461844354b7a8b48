/*
 * records.h - writes records in the frames that native/PROTOCOL.md describes.
 */
#ifndef INTROSPECTOR_RECORDS_H
#define INTROSPECTOR_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum record_type {
    RECORD_HELLO = 'H',
    RECORD_BATCH = 'B',
    RECORD_SAMPLES = 'S',
    RECORD_STAMPS = 'A',
    RECORD_CLOCK = 'C',
    RECORD_REGION = 'P',
    RECORD_LIFE = 'L',
    RECORD_REFUSAL = 'R',
    RECORD_EVENTS = 'V',
    RECORD_EVENT_SAMPLES = 'T',
    RECORD_EVENT_TOTALS = 'N',
    RECORD_EVENT_KIND = 'K',
    RECORD_EVENT_OFFERS = 'O',
    RECORD_END = 'E'
};

/* The records of one job. */
struct records {
    uint64_t seq;   /* the job's number */
    uint32_t count; /* records written */
    bool lost;      /* output failed; nothing is written from then on */
};

/* Writes one record through plat_write(). */
void record_write(struct records *r, enum record_type type, const void *payload,
                  size_t bytes);

/* The same for a text payload. A text that was cut is a defect: it sets `lost`. */
void record_text(struct records *r, enum record_type type, const struct text *t);

/* CRC-32 of IEEE 802.3, reflected; start with @crc 0 and go on with the result. */
uint32_t record_crc(uint32_t crc, const void *bytes, size_t n);

#endif
