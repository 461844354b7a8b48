/*
 * records.c - see records.h. CRC: IEEE 802.3, clause 3.2.9; base64: RFC 4648.
 */
#include "records.h"

#include <platform.h>

#define FRAGMENT_BYTES 480
#define LINE_SIZE      (FRAGMENT_BYTES / 3 * 4 + 120)

uint32_t record_crc(uint32_t crc, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;

    crc = ~crc;
    while (n--) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
    }
    return ~crc;
}

static void add_base64(struct text *t, const uint8_t *p, size_t n)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t group = (uint32_t)p[i] << 16;

        if (left > 1)
            group |= (uint32_t)p[i + 1] << 8;
        if (left > 2)
            group |= p[i + 2];
        text_char(t, digits[group >> 18]);
        text_char(t, digits[(group >> 12) & 63]);
        text_char(t, left > 1 ? digits[(group >> 6) & 63] : '=');
        text_char(t, left > 2 ? digits[group & 63] : '=');
    }
}

static void write_fragment(struct records *r, enum record_type type,
                           size_t fragment, size_t fragments,
                           const uint8_t *payload, size_t bytes)
{
    static const char start[] = "\n~TV1 ";
    char buffer[LINE_SIZE];
    struct text line = TEXT(buffer);
    size_t head = sizeof(start) - 1;
    uint32_t crc;

    text_add(&line, start);
    text_u64(&line, r->seq);
    text_char(&line, ' ');
    text_u64(&line, r->count);
    text_char(&line, ' ');
    text_u64(&line, fragment);
    text_char(&line, ' ');
    text_u64(&line, fragments);
    text_char(&line, ' ');
    text_char(&line, (char)type);
    text_char(&line, ' ');
    text_u64(&line, bytes);
    text_char(&line, ' ');

    crc = record_crc(0, line.start + head, line.length - head);
    crc = record_crc(crc, payload, bytes);
    text_digits(&line, crc, 8);
    text_char(&line, ' ');
    add_base64(&line, payload, bytes);
    text_add(&line, "~\n");

    if (line.cut || plat_write(line.start, line.length))
        r->lost = true;
}

void record_write(struct records *r, enum record_type type, const void *payload,
                  size_t bytes)
{
    size_t fragments = bytes ? (bytes + FRAGMENT_BYTES - 1) / FRAGMENT_BYTES : 1;
    const uint8_t *p = payload;

    for (size_t i = 0; i < fragments && !r->lost; i++) {
        size_t n = bytes < FRAGMENT_BYTES ? bytes : FRAGMENT_BYTES;

        write_fragment(r, type, i, fragments, p, n);
        p += n;
        bytes -= n;
    }
    r->count++;
}

void record_text(struct records *r, enum record_type type, const struct text *t)
{
    if (t->cut)
        r->lost = true;
    record_write(r, type, t->start, t->length);
}
