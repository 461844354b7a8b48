/*
 * entry.S - the first instruction, the notes that Xen's domain builder reads,
 * the page of hypercall stubs, and the entries of processor exceptions.
 *
 * Boot: Xen enters _start in ring 3 with events masked, rsi = start_info, no
 * exception handlers and page tables that map the first megabytes of memory at
 * VIRT_BASE ("Start-of-day memory layout" in xen/xen.h; notes: xen/elfnote.h).
 *
 * Exceptions: Xen pushes the processor's frame on the current stack, then the
 * error code if there is one, then r11 and rcx (xen/arch-x86/xen-x86_64.h).
 * Every exception is the end of this kernel, so nothing here ever returns.
 */
#define __ASSEMBLY__
#include <xen/elfnote.h>

        .macro  note type, desc:vararg
        .pushsection .note.Xen, "a", @note
        .balign 4
        .long   4, 2f - 1f, \type
        .asciz  "Xen"
1:      \desc
2:      .balign 4
        .popsection
        .endm

        note    XEN_ELFNOTE_GUEST_OS,       .asciz "Mini-OS (tinyvmi-bench)"
        note    XEN_ELFNOTE_GUEST_VERSION,  .asciz MINIOS_VERSION
        note    XEN_ELFNOTE_XEN_VERSION,    .asciz "xen-3.0"
        note    XEN_ELFNOTE_LOADER,         .asciz "generic"
        note    XEN_ELFNOTE_VIRT_BASE,      .quad _text
        note    XEN_ELFNOTE_PADDR_OFFSET,   .quad _text
        note    XEN_ELFNOTE_ENTRY,          .quad _start
        note    XEN_ELFNOTE_HYPERCALL_PAGE, .quad hypercall_page

        .section .text.start, "ax", @progbits
        .globl  _start
_start:
        rdtsc
        shlq    $32, %rdx
        orq     %rdx, %rax
        movq    %rax, minios_first_instruction(%rip)
        cld
        leaq    boot_stack_end(%rip), %rsp
        xorl    %ebp, %ebp
        movq    %rsi, %rdi
        call    start_kernel
        ud2

        .balign 4096
        .globl  hypercall_page
hypercall_page:
        .skip   4096

        .text
        .macro  exception vector, has_error_code=0
        .balign 16
exception_\vector:
        popq    %rcx
        popq    %r11
        .if     \has_error_code == 0
        pushq   $0
        .endif
        pushq   $\vector
        jmp     exception_common
        .endm

        exception 0
        exception 1
        exception 2
        exception 3
        exception 4
        exception 5
        exception 6
        exception 7
        exception 8, 1
        exception 10, 1
        exception 11, 1
        exception 12, 1
        exception 13, 1
        exception 14, 1
        exception 16
        exception 17, 1
        exception 18
        exception 19
        exception 20
        exception 21, 1

/* Leaves a struct pt_regs (traps.h) on the stack. */
exception_common:
        pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %rbp
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        cld
        movq    %rsp, %rdi
        andq    $-16, %rsp
        call    exception_report
        ud2

        .section .rodata.exception_entries, "a", @progbits
        .balign 8
        .globl  exception_entries
exception_entries:
        .irp    vector, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21
        .quad   \vector, exception_\vector
        .endr
        .quad   0, 0

        .bss
        .balign 8
        .globl  minios_first_instruction
minios_first_instruction:
        .skip   8

/* Lowest in the image, above addresses that nothing is mapped at: an overflow ends the domain. */
        .section .bss.stack, "aw", @nobits
        .balign 4096
        .globl  boot_stack, boot_stack_end
boot_stack:
        .skip   32768
boot_stack_end:

        .section .note.GNU-stack, "", @progbits
