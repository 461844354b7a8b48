# The Dom0 tool that gives its kernel randomness of its own. Linked statically,
# so that starting it costs little. Included by native/Makefile, which defines
# CFLAGS_linux and OUT.

$(OUT)/reseed: $(OUT)/objects/linux/reseed/reseed.o
	$(CC) -no-pie -static -s -o $@ $^
