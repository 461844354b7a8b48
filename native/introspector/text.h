/*
 * text.h - text put together in a buffer of fixed size, without a C library.
 *
 * What does not fit is left out and `cut` says so; the text is always terminated.
 */
#ifndef INTROSPECTOR_TEXT_H
#define INTROSPECTOR_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *start;
    size_t length, size; /* size counts the terminator */
    bool cut;
};

/* An empty text in an array. */
#define TEXT(array) text_in(array, sizeof(array))

struct text text_in(char *buffer, size_t size);
void text_add(struct text *t, const char *s);
void text_char(struct text *t, char c);
/* Decimal; hexadecimal with 0x; exactly @digits hexadecimal digits. */
void text_u64(struct text *t, uint64_t n);
void text_hex(struct text *t, uint64_t n);
void text_digits(struct text *t, uint64_t n, unsigned int digits);
/* ` key=` and the value; without the space at the start of a text. */
void text_key(struct text *t, const char *key);
void text_key_u64(struct text *t, const char *key, uint64_t n);
void text_key_hex(struct text *t, const char *key, uint64_t n);

/*
 * Reads an unsigned number, decimal or hexadecimal with 0x, that fills the @n
 * characters at @s. False when it is none or does not fit 64 bits.
 */
bool text_parse_u64(const char *s, size_t n, uint64_t *value);

#endif
