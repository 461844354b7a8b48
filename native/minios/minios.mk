# The Mini-OS kernel, and the Mini-OS arm's image: kernel and the objects of introspector.o,
# each by itself, so that the map says of which of them something is in the image.
# Included by native/Makefile, which defines CFLAGS_minios, VERSION and OUT.

# Of Xen's headers, the newest form of every structure. No landing pads and no
# unwind tables: nothing here would use them.
CFLAGS_minios += -D__XEN_INTERFACE_VERSION__=__XEN_LATEST_INTERFACE_VERSION__ \
                 -DMINIOS_VERSION='"$(VERSION)"' \
                 -fcf-protection=none -mcmodel=small -fno-delete-null-pointer-checks

OBJCOPY ?= objcopy

minios_kernel := $(patsubst %,$(OUT)/objects/minios/%.o, \
                   $(basename $(wildcard minios/*.c) minios/entry.S))

$(OUT)/objects/minios/minios/%.o: minios/%.S Makefile minios/minios.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_minios) -c -o $@ $<

# Symbols are kept beside the image, to look up the addresses of a crash.
$(OUT)/minios.elf: minios/minios.lds $(minios_kernel) $(call objects,minios)
	$(LD) -T $< -z noexecstack --no-warn-rwx-segments --gc-sections -o $@ \
	    -Map=$@.map $(filter %.o,$^)

$(OUT)/minios.gz: $(OUT)/minios.elf
	$(OBJCOPY) --strip-all $< $(OUT)/minios.stripped
	gzip -9nc $(OUT)/minios.stripped > $@.new
	mv $@.new $@
	rm $(OUT)/minios.stripped
