/*
 * pae-guest.S - a guest of 32 bits whose pages are PAE's and whose EFER is 0, as no Linux of Debian's is any
 * more: it maps its first GiB at 0 and at 3 GiB in pages of 2 MiB, and waits for an interrupt that never comes.
 *
 * Booted by Xen as a PVH guest (xen/arch-x86/hvm/start_info.h): 32 bits, flat, without paging.
 */
	.set CR0_PG, 1 << 31
	.set CR4_PSE, 1 << 4
	.set CR4_PAE, 1 << 5
	.set PRESENT_WRITABLE, 3
	.set PRESENT, 1
	.set LARGE, 1 << 7
	/* elfnote.h */
	.set XEN_ELFNOTE_PHYS32_ENTRY, 18

	.section .note.Xen, "", @note
	.align 4
	.long 4, 4, XEN_ELFNOTE_PHYS32_ENTRY
	.asciz "Xen"
	.long _start

	.text
	.code32
	.globl _start
_start:
	/* Entry i of the directory maps 2 MiB at i * 2 MiB. */
	movl $directory, %edi
	movl $(PRESENT_WRITABLE | LARGE), %eax
	movl $512, %ecx
1:	movl %eax, (%edi)
	movl $0, 4(%edi)
	addl $0x200000, %eax
	addl $8, %edi
	loop 1b

	movl $(directory + PRESENT), %eax
	movl %eax, pointers
	movl %eax, pointers + 3 * 8

	movl %cr4, %eax
	orl $(CR4_PAE | CR4_PSE), %eax
	movl %eax, %cr4
	movl $pointers, %eax
	movl %eax, %cr3
	movl %cr0, %eax
	orl $CR0_PG, %eax
	movl %eax, %cr0

	/* Halted without interrupts, it would be over. */
	sti
2:	hlt
	jmp 2b

	.bss
	.align 4096
directory:
	.skip 4096
pointers:
	.skip 4 * 8
