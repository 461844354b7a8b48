/*
 * text.c - see text.h.
 */
#include "text.h"

static const char hex_digits[] = "0123456789abcdef";

struct text text_in(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct text){.start = buffer, .size = size};
}

void text_char(struct text *t, char c)
{
    if (t->length + 1 >= t->size) {
        t->cut = true;
        return;
    }
    t->start[t->length++] = c;
    t->start[t->length] = '\0';
}

void text_add(struct text *t, const char *s)
{
    while (*s)
        text_char(t, *s++);
}

void text_u64(struct text *t, uint64_t n)
{
    char digits[20];
    unsigned int i = sizeof(digits);

    do {
        digits[--i] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    while (i < sizeof(digits))
        text_char(t, digits[i++]);
}

void text_digits(struct text *t, uint64_t n, unsigned int digits)
{
    while (digits--)
        text_char(t, hex_digits[(n >> (4 * digits)) & 15]);
}

void text_hex(struct text *t, uint64_t n)
{
    unsigned int digits = 1;

    while (digits < 16 && n >> (4 * digits))
        digits++;
    text_add(t, "0x");
    text_digits(t, n, digits);
}

void text_key(struct text *t, const char *key)
{
    if (t->length)
        text_char(t, ' ');
    text_add(t, key);
    text_char(t, '=');
}

void text_key_u64(struct text *t, const char *key, uint64_t n)
{
    text_key(t, key);
    text_u64(t, n);
}

void text_key_hex(struct text *t, const char *key, uint64_t n)
{
    text_key(t, key);
    text_hex(t, n);
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

bool text_parse_u64(const char *s, size_t n, uint64_t *value)
{
    uint64_t base = 10, sum = 0;
    size_t i = 0;

    if (n > 2 && s[0] == '0' && s[1] == 'x') {
        base = 16;
        i = 2;
    }
    if (i == n)
        return false;
    for (; i < n; i++) {
        uint64_t digit = (uint64_t)digit_value(s[i]);

        if (digit >= base || __builtin_mul_overflow(sum, base, &sum) ||
            __builtin_add_overflow(sum, digit, &sum))
            return false;
    }
    *value = sum;
    return true;
}
