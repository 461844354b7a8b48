/*
 * instance.h - an instance of LibVMI's on the made-up domain of memory.h, for tests of the library.
 */
#ifndef TESTS_INSTANCE_H
#define TESTS_INSTANCE_H

#include <tvmi.h>

/* Opens it as a translated domain. Fails the test when that fails. */
vmi_instance_t instance_open(void);

struct decoded;

/*
 * Runs a job, which leaves nothing mapped, opened or switched on, and decodes
 * its records. Gives their number, or -1.
 */
int instance_job(const char *job, struct decoded *records);

#endif
