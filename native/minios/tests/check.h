/*
 * check.h - what tests of the kernel on the host say and how they end: the host's own headers
 * would clash with the kernel's.
 */
#ifndef MINIOS_TESTS_CHECK_H
#define MINIOS_TESTS_CHECK_H

extern int puts(const char *text);
extern int printf(const char *format, ...);
extern void exit(int status) __attribute__((noreturn));

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) {                                                    \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);     \
            exit(1);                                                           \
        }                                                                      \
    } while (0)

#endif
