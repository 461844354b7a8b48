/*
 * decode.c - see decode.h.
 */
#include "decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../introspector/records.h"
#include "memory.h"

static int base64_value(char c)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* Bytes decoded, or -1. */
static long from_base64(const char *s, size_t n, uint8_t *out)
{
    long bytes = 0;

    if (n % 4)
        return -1;
    for (size_t i = 0; i < n; i += 4) {
        uint32_t group = 0;
        int padding = 0;

        for (int k = 0; k < 4; k++) {
            int value = base64_value(s[i + (size_t)k]);

            if (value < 0 && (s[i + (size_t)k] != '=' || i + 4 < n))
                return -1;
            padding += value < 0;
            group = group << 6 | (uint32_t)(value < 0 ? 0 : value);
        }
        for (int k = 0; k < 3 - padding; k++)
            out[bytes++] = (uint8_t)(group >> (16 - 8 * k));
    }
    return bytes;
}

/* Takes one line; returns whether it was the next fragment. */
static bool take_line(const char *line, size_t n, struct decoded *records,
                      unsigned long *record, unsigned long *fragment)
{
    unsigned long seq, number, at, of, length;
    unsigned int crc;
    int head, end;
    char type;
    uint8_t bytes[600];
    struct decoded *r;

    if (sscanf(line, "~TV1 %lu %lu %lu %lu %c %lu %n%8x %n", &seq, &number, &at, &of, &type,
               &length, &head, &crc, &end) != 7)
        return false;
    if (number != *record || at != *fragment || number >= DECODE_RECORDS || line[n - 1] != '~')
        return false;
    if (length > 480 || from_base64(line + end, n - 1 - (size_t)end, bytes) != (long)length)
        return false;
    if (record_crc(record_crc(0, line + 5, (size_t)head - 5), bytes, length) != crc)
        return false;

    r = &records[number];
    if (at == 0)
        *r = (struct decoded){.type = type, .seq = seq};
    if (r->type != type || r->seq != seq || r->length + length >= sizeof(r->payload))
        return false;
    memcpy(r->payload + r->length, bytes, length);
    r->length += length;
    r->payload[r->length] = '\0';
    *fragment = at + 1;
    if (*fragment == of) {
        *fragment = 0;
        *record += 1;
    }
    return true;
}

int decode(struct decoded *records)
{
    unsigned long record = 0, fragment = 0;
    char *line = memory.output;

    memory.output[memory.written] = '\0';
    while (*line) {
        char *end = strchr(line, '\n');

        if (!end || (end > line && !take_line(line, (size_t)(end - line), records, &record, &fragment)))
            return -1;
        line = end + 1;
    }
    return fragment ? -1 : (int)record;
}

uint64_t decode_value(const struct decoded *record, const char *key)
{
    size_t n = strlen(key);

    for (const char *at = record->payload; (at = strstr(at, key)); at += n) {
        if ((at == record->payload || at[-1] == ' ') && at[n] == '=')
            return strtoull(at + n + 1, NULL, strncmp(key, "digest", 7) ? 0 : 16);
    }
    return ~0ull;
}
