/*
 * domain.h - what starts a test of the kernel: for who includes the host's headers.
 */
#ifndef MINIOS_TESTS_DOMAIN_H
#define MINIOS_TESTS_DOMAIN_H

/* A fresh domain, as far as its console and xenstore, and a fresh guest. */
void domain_reset(void);

#endif
