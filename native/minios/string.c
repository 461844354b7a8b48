/*
 * string.c - the functions of ISO C's <string.h> that are here (lib.h).
 *
 * Blocks are copied and filled by the processor's string instructions, eight
 * bytes a step: on an emulator that counts instructions each step counts as one.
 */
#include <mini-os/lib.h>
#include <mini-os/xmalloc.h>

void *memcpy(void *to, const void *from, size_t len)
{
    void *d = to;
    const void *s = from;
    size_t words = len / 8;
    size_t rest = len % 8;

    __asm__ volatile("rep movsq" : "+D"(d), "+S"(s), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(rest) : : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t len)
{
    unsigned char *d = to;
    const unsigned char *s = from;

    if (d <= s || d >= s + len)
        return memcpy(to, from, len);
    while (len--)
        d[len] = s[len];
    return to;
}

void *memset(void *to, int byte, size_t len)
{
    void *d = to;
    size_t words = len / 8;
    size_t rest = len % 8;
    unsigned long pattern = 0x0101010101010101UL * (unsigned char)byte;

    __asm__ volatile("rep stosq"
                     : "+D"(d), "+c"(words) : "a"(pattern) : "memory");
    __asm__ volatile("rep stosb"
                     : "+D"(d), "+c"(rest) : "a"(pattern) : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const unsigned char *x = a;
    const unsigned char *y = b;

    for (; len; len--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

size_t strnlen(const char *s, size_t max)
{
    size_t n = 0;

    while (n < max && s[n])
        n++;
    return n;
}

size_t strlen(const char *s)
{
    return strnlen(s, ~(size_t)0);
}

int strncmp(const char *a, const char *b, size_t len)
{
    for (; len; len--, a++, b++) {
        if (*a != *b)
            return (unsigned char)*a - (unsigned char)*b;
        if (!*a)
            break;
    }
    return 0;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, ~(size_t)0);
}

char *strchr(const char *s, int c)
{
    for (; *s != (char)c; s++)
        if (!*s)
            return NULL;
    return (char *)s;
}

char *strdup(const char *s)
{
    size_t size = strlen(s) + 1;
    char *copy = malloc(size);

    return copy ? memcpy(copy, s, size) : NULL;
}
