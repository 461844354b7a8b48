/*
 * instance.h - an instance of LibVMI's on the made-up domain of memory.h, for tests of the library.
 */
#ifndef TESTS_INSTANCE_H
#define TESTS_INSTANCE_H

#include <tvmi.h>

/* Opens it as a translated domain. Fails the test when that fails. */
vmi_instance_t instance_open(void);

#endif
