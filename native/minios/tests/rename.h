/*
 * rename.h - included before everything when the kernel's own C library is built
 * for a test on the host, so that it does not replace the host's.
 */
#define memcpy    minios_memcpy
#define memmove   minios_memmove
#define memset    minios_memset
#define memcmp    minios_memcmp
#define strlen    minios_strlen
#define strnlen   minios_strnlen
#define strcmp    minios_strcmp
#define strncmp   minios_strncmp
#define strchr    minios_strchr
#define strdup    minios_strdup
#define vsnprintf minios_vsnprintf
#define snprintf  minios_snprintf
#define malloc    minios_malloc
#define free      minios_free
#define xfree     minios_xfree
#define _end      minios_end

/* Xen's table of machine frames is at an address of the hypervisor's. */
#ifndef __ASSEMBLER__
extern unsigned long test_m2p[];
#endif
