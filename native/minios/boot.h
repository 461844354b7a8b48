/*
 * boot.h - the steps of the kernel's start, in the order of kernel.c, and of its
 * end.
 */
#ifndef MINIOS_BOOT_H
#define MINIOS_BOOT_H

/* Console output works from here on. Needs the shared page. */
void console_init(void);

/* Block until the daemon has taken all output, a second at most. */
void console_flush(void);

/* Map all memory, fill the page allocator, protect what is read-only. */
void mm_init(void);

void xenbus_init(void);

/* Run what create_thread() left to be run, until there is nothing more. */
void run_threads(void);

#endif
