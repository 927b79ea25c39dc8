/* Wraps ptrace() for a user-mode Linux 6.1 on a processor with AMX; see setup_amx_shim in kernel.sh. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
long syscall(long, ...);
long ptrace(enum __ptrace_request request, ...)
{
	static char regs[1 << 16] __attribute__((aligned(64)));
	va_list ap;
	long pid, addr, word = 0;
	void *data;
	va_start(ap, request);
	pid = va_arg(ap, int);
	addr = va_arg(ap, long);
	data = va_arg(ap, void *);
	va_end(ap);
	if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
		if (syscall(SYS_ptrace, request, pid, addr, &word) < 0)
			return -1;
		errno = 0;
		return word;
	}
	if (request == PTRACE_SETREGSET && addr == 0x202) { /* NT_X86_XSTATE */
		struct iovec *given = data, all = { regs, sizeof regs };
		if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, addr, &all) == 0 && all.iov_len > given->iov_len) {
			memcpy(regs, given->iov_base, given->iov_len);
			return syscall(SYS_ptrace, request, pid, addr, &all);
		}
	}
	return syscall(SYS_ptrace, request, pid, addr, data);
}
