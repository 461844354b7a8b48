/*
 * set_target.h - a command of the Dom0 arm's program that is no job: it is about
 * another introspector.
 */
#ifndef INTROSPECTOR_SET_TARGET_H
#define INTROSPECTOR_SET_TARGET_H

/*
 * `set-target <domain> <target>`: makes the one privileged for the other. Returns the
 * program's exit code, with the reason on standard error unless it is 0.
 */
int set_target_command(int count, char *const words[]);

#endif
