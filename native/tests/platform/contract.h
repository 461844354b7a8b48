/*
 * contract.h - what platform.h says, asked of a platform: the same tests for each, over the
 * guest of guest.h.
 */
#ifndef TESTS_PLATFORM_CONTRACT_H
#define TESTS_PLATFORM_CONTRACT_H

#include <platform.h>

#include "../test.h"
#include "guest.h"

extern const struct test contract_tests[];

/* A platform that looks at the guest, of this kind. Fails the test when there is none. */
struct platform *platform_open(bool translated);

/* Frames of the guest that are mapped at the moment: what the platform's double counts. */
size_t platform_mapped(void);

#endif
