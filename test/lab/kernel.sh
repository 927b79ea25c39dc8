# Finds or fetches the user-mode kernel. Sourced by ipvs-vm, which sets LAB, CACHE and die().

# Path of a .deb, in the current directory.
fetch_deb() { # package
	apt-get -qq -o APT::Sandbox::User=root download "$1" >&2 || return 1
	ls ./"$1"_*.deb
}

host_busybox() {
	local b list
	b=$(command -v busybox) || return 1
	list=" $("$b" --list 2>/dev/null | tr '\n' ' ') "
	[[ $list == *" insmod "* && $list == *" modprobe "* && $list == *" poweroff "* ]] && echo "$b"
}

find_kernel() { # sets UML, MODDIR (.../modules), BB
	UML='' BB=''
	if [ -x /usr/bin/linux.uml ] && [ -d /usr/lib/uml/modules ]; then
		UML=/usr/bin/linux.uml MODDIR=/usr/lib/uml/modules
	elif [ -x "$CACHE/uml/usr/bin/linux.uml" ]; then
		UML=$CACHE/uml/usr/bin/linux.uml MODDIR=$CACHE/uml/usr/lib/uml/modules
	fi
	BB=$(host_busybox) || BB=''
	if [ -z "$BB" ] && [ -x "$CACHE/busybox/bin/busybox" ]; then BB=$CACHE/busybox/bin/busybox; fi
	[ -n "$UML" ] && [ -n "$BB" ]
}

fetch_kernel() {
	local t
	t=$(mktemp -d "$CACHE/.new.XXXXXX")
	if [ -z "$UML" ]; then
		(cd "$t" && deb=$(fetch_deb user-mode-linux) && dpkg-deb -x "$deb" uml) ||
			{ rm -rf "$t"; die "cannot fetch user-mode-linux"; }
		rm -rf "$CACHE/uml"
		mv "$t/uml" "$CACHE/uml"
	fi
	if [ -z "$BB" ]; then
		(cd "$t" && deb=$(fetch_deb busybox-static) && dpkg-deb -x "$deb" busybox) ||
			{ rm -rf "$t"; die "cannot fetch busybox-static"; }
		[ -x "$t/busybox/bin/busybox" ] ||
			{ mkdir -p "$t/busybox/bin"; ln -s ../usr/bin/busybox "$t/busybox/bin/busybox"; }
		rm -rf "$CACHE/busybox"
		mv "$t/busybox" "$CACHE/busybox"
	fi
	rm -rf "$t"
}

setup_kernel() {
	find_kernel && return
	[ "$(uname -m)" = x86_64 ] || die "only x86-64 hosts are supported"
	mkdir -p "$CACHE"
	exec 9>"$CACHE/.lock"
	flock 9
	find_kernel || fetch_kernel
	exec 9>&-
	find_kernel || die "no usable kernel in $CACHE"
}

# Linux 6.1 user-mode saves 2696 bytes of floating point registers; with AMX the host insists on all 11 KB
# (PTRACE_SETREGSET: EFAULT) and the guest panics at once. So its ptrace() is wrapped.
setup_amx_shim() { # sets SHIM
	SHIM=''
	grep -qw amx_tile /proc/cpuinfo || return 0
	SHIM=$CACHE/amx-shim-1.so
	[ ! -e "$SHIM" ] || return 0
	local cc t
	cc=$(command -v cc || command -v gcc) || die "this processor has AMX: a C compiler is needed"
	mkdir -p "$CACHE"
	t=$(mktemp "$CACHE/.amx-shim.XXXXXX")
	"$cc" -O2 -shared -fPIC -o "$t" "$LAB/amx-shim.c" || { rm -f "$t"; die "cannot compile the AMX shim"; }
	chmod 755 "$t"
	mv "$t" "$SHIM"
}
