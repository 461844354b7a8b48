# What stays in Dom0 for the length of a run and does small things at once. Linked
# statically, so that starting it costs little. Included by native/Makefile, which
# defines CFLAGS_linux, OUT and xen_libraries.

attendant := attendant/attendant.c attendant/store.c platform/linux/calls.c platform/xen/domctl_version.c

$(OUT)/attendant: $(patsubst %.c,$(OUT)/objects/linux/%.o,$(attendant))
	$(CC) -no-pie -static -s -o $@ $^ $(xen_libraries)
