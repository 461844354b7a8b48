# The Dom0 tool that reads clock and memory around a measurement. Linked
# statically, so that starting it costs little. Included by native/Makefile,
# which defines CFLAGS_linux, OUT and xen_libraries.

$(OUT)/probe: $(OUT)/objects/linux/probe/probe.o
	$(CC) -no-pie -static -s -o $@ $^ $(xen_libraries)
