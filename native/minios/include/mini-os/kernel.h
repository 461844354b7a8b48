/*
 * kernel.h - entry of the application, and ways out.
 */
#ifndef MINIOS_KERNEL_H
#define MINIOS_KERNEL_H

/*
 * app_main(): provided by the application, called once at the end of boot, with
 * NULL. It must not block: it creates a thread for the application's work and
 * returns (sched.h).
 */
int app_main(void *p);

/* do_exit(): end the domain with reason crash, when the output is out. */
void do_exit(void) __attribute__((noreturn));

/*
 * Name and version of this kernel. Upstream Mini-OS has no such symbol; code
 * that is to link with both declares it weak.
 */
extern const char minios_kernel_name[];

#endif
