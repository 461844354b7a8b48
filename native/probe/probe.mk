# The Dom0 tool that reads clock and memory around a measurement. Linked
# statically, so that starting it costs little. Included by native/Makefile,
# which defines CFLAGS_linux, OUT and xen_libraries.

probe := probe/probe.c platform/linux/calls.c platform/xen/domctl_version.c

$(OUT)/probe: $(patsubst %.c,$(OUT)/objects/linux/%.o,$(probe))
	$(CC) -no-pie -static -s -o $@ $^ $(xen_libraries)
