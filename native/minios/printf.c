/*
 * printf.c - formatted text (lib.h lists the conversions).
 */
#include <mini-os/lib.h>

#include <stdbool.h>
#include <stdint.h>

struct sink {
    char *buf;
    size_t size;
    size_t length; /* that unlimited space would have taken */
};

struct spec {
    bool left;
    bool zero;
    int width;
    int precision; /* -1: none given */
};

static void put(struct sink *out, char c)
{
    if (out->length + 1 < out->size)
        out->buf[out->length] = c;
    out->length++;
}

static void put_repeated(struct sink *out, char c, int n)
{
    while (n-- > 0)
        put(out, c);
}

static void put_padded(struct sink *out, const struct spec *spec,
                       const char *text, int length)
{
    if (!spec->left)
        put_repeated(out, ' ', spec->width - length);
    for (int i = 0; i < length; i++)
        put(out, text[i]);
    if (spec->left)
        put_repeated(out, ' ', spec->width - length);
}

static void put_number(struct sink *out, const struct spec *spec,
                       uint64_t value, const char *prefix, unsigned int base,
                       bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[20];
    int n = 0;
    int prefix_length = strlen(prefix);
    int least = spec->precision;

    if (least < 0)
        least = spec->zero && !spec->left ? spec->width - prefix_length : 1;
    for (; value; value /= base)
        text[n++] = digits[value % base];

    int shown = prefix_length + (n > least ? n : least);

    if (!spec->left)
        put_repeated(out, ' ', spec->width - shown);
    while (*prefix)
        put(out, *prefix++);
    put_repeated(out, '0', least - n);
    while (n)
        put(out, text[--n]);
    if (spec->left)
        put_repeated(out, ' ', spec->width - shown);
}

static int parse_number(const char **fmt)
{
    int n = 0;

    while (**fmt >= '0' && **fmt <= '9')
        n = n * 10 + *(*fmt)++ - '0';
    return n;
}

/* The parts of a conversion before its letter; returns its size in bytes. */
static unsigned int parse_spec(const char **fmt, struct spec *spec,
                               va_list *args)
{
    unsigned int size = sizeof(int);

    *spec = (struct spec){ .precision = -1 };
    for (;; (*fmt)++) {
        if (**fmt == '-')
            spec->left = true;
        else if (**fmt == '0')
            spec->zero = true;
        else
            break;
    }
    if (**fmt == '*') {
        spec->width = va_arg(*args, int);
        (*fmt)++;
    } else {
        spec->width = parse_number(fmt);
    }
    if (**fmt == '.') {
        (*fmt)++;
        if (**fmt == '*') {
            spec->precision = va_arg(*args, int);
            (*fmt)++;
        } else {
            spec->precision = parse_number(fmt);
        }
    }
    if (**fmt == 'h') {
        size = sizeof(short);
        if (*++*fmt == 'h') {
            size = sizeof(char);
            (*fmt)++;
        }
    }
    for (; **fmt == 'l' || **fmt == 'z'; (*fmt)++)
        size = sizeof(long);
    return size;
}

static uint64_t truncate(uint64_t value, unsigned int size)
{
    return size == sizeof(long) ? value : value & ((1UL << (size * 8)) - 1);
}

static int64_t sign_extend(uint64_t value, unsigned int size)
{
    unsigned int shift = 64 - size * 8;

    return (int64_t)(value << shift) >> shift;
}

static void convert(struct sink *out, const struct spec *spec,
                    unsigned int size, const char *start, const char *letter,
                    va_list *args)
{
    switch (*letter) {
    case 'd':
    case 'i': {
        uint64_t raw = size == sizeof(long) ? va_arg(*args, unsigned long)
                                            : va_arg(*args, unsigned int);
        int64_t value = sign_extend(raw, size);

        put_number(out, spec, value < 0 ? -(uint64_t)value : (uint64_t)value,
                   value < 0 ? "-" : "", 10, false);
        break;
    }
    case 'u':
    case 'x':
    case 'X': {
        uint64_t raw = size == sizeof(long) ? va_arg(*args, unsigned long)
                                            : va_arg(*args, unsigned int);

        put_number(out, spec, truncate(raw, size), "",
                   *letter == 'u' ? 10 : 16, *letter == 'X');
        break;
    }
    case 'p':
        put_number(out, spec, (uintptr_t)va_arg(*args, void *), "0x", 16,
                   false);
        break;
    case 's': {
        const char *text = va_arg(*args, const char *);

        if (!text)
            text = "(null)";
        put_padded(out, spec, text,
                   strnlen(text, spec->precision < 0 ? SIZE_MAX
                                                     : (size_t)spec->precision));
        break;
    }
    case 'c': {
        char c = va_arg(*args, int);

        put_padded(out, spec, &c, 1);
        break;
    }
    case '%':
        put(out, '%');
        break;
    default:
        for (const char *p = start; p <= letter && *p; p++)
            put(out, *p);
    }
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
    struct sink out = { .buf = buf, .size = size };
    va_list rest;

    va_copy(rest, args);
    while (*fmt) {
        const char *start = fmt;
        struct spec spec;
        unsigned int bytes;

        if (*fmt++ != '%') {
            put(&out, *start);
            continue;
        }
        bytes = parse_spec(&fmt, &spec, &rest);
        convert(&out, &spec, bytes, start, fmt, &rest);
        if (*fmt)
            fmt++;
    }
    va_end(rest);
    if (size)
        buf[out.length < size ? out.length : size - 1] = '\0';
    return out.length;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;
    int length;

    va_start(args, fmt);
    length = vsnprintf(buf, size, fmt, args);
    va_end(args);
    return length;
}
