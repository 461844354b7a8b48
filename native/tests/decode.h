/*
 * decode.h - reads back what an introspector wrote, as the harness would.
 */
#ifndef TESTS_DECODE_H
#define TESTS_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECODE_RECORDS 64

struct decoded {
    char type;
    unsigned long seq;
    size_t length;
    char payload[100000]; /* terminated */
};

/*
 * Decodes memory.output, in which every record must be whole, in order and
 * undamaged. Gives their number, or -1.
 */
int decode(struct decoded *records);

/* The unsigned number after ` key=` in a text payload; ~0 when it is not there. */
uint64_t decode_value(const struct decoded *record, const char *key);

#endif
