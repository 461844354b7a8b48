/*
 * host.h - what the double of Xen takes from the host: memory that can be seen at several
 * addresses, and instructions that trap. Its headers and the kernel's do not go together.
 */
#ifndef MINIOS_TESTS_HOST_H
#define MINIOS_TESTS_HOST_H

#include <stdbool.h>
#include <stdint.h>

enum host_memory { HOST_DOMAIN, HOST_GUEST };

/* The domain's memory, @bytes at @va, and the guest's, empty and with a pattern. */
void host_reset(void *va, unsigned long bytes);

/* Shows a page of one of them at @va; or nothing, so that whoever looks there dies. */
void host_map(unsigned long va, enum host_memory of, uint64_t page, bool writable);
void host_unmap(unsigned long va);

/*
 * CPUID with Xen's prefix, which on a processor without Xen is an invalid opcode, gives from
 * here on what Xen 4.17 says of a PV domain (xen/arch/x86/traps.c): the leaves of its time
 * with this clock. @frequency is in kHz, of the domain's clock and of the host's.
 */
void host_answer_cpuid(bool emulated, uint32_t frequency, uint32_t host_frequency);

#endif
