/*
 * program.h - runs a program of the product as a process of its own, from its main() on,
 * over the doubles that are linked with it.
 */
#ifndef TESTS_PROGRAMS_PROGRAM_H
#define TESTS_PROGRAMS_PROGRAM_H

#include "../test.h"

/* The program's main(), renamed when it is linked (tests.mk). */
int program_main(int argc, char **argv);

struct ended {
    int status;  /* of exit(), or 1000 and the signal */
    char output[8192], errors[2048];
};

/* Words after the program's name, up to NULL; @input may be NULL. */
struct ended program_run(const char *const *words, const char *input);

/* One that does not end by itself: it has SIGTERM when its output has @text in it. */
struct ended program_run_until(const char *const *words, const char *input, const char *text);

#define RUN(input, ...) program_run((const char *const[]){__VA_ARGS__, NULL}, input)

#endif
