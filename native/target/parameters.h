/*
 * parameters.h - what the target maps, from its kernel command line.
 */
#ifndef TARGET_PARAMETERS_H
#define TARGET_PARAMETERS_H

#include <stddef.h>
#include <stdint.h>

struct page_size {
    const char *name; /* as in tv.page-size */
    uint64_t bytes;
};

struct parameters {
    uint64_t pages; /* 4 KiB units */
    uint64_t batch; /* units of a digest */
    uint64_t seed;
    const struct page_size *page_size;
    uint64_t events; /* 1: run streams of events on every vcpu */
};

#define MAX_PAGES 500000

/*
 * parse_parameters(): read the words that start with "tv." from @line, which is
 * changed; others are the kernel's. Words that are absent have the defaults of
 * native/PROTOCOL.md. Returns 0, or -1 and a sentence in @error.
 */
int parse_parameters(char *line, struct parameters *out, char *error,
                     size_t error_size);

#endif
