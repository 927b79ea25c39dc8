# The host's side of the machine. Sourced by ipvs-vm, which sets LAB, MODULES, UML, MODDIR, BB, rw, mem and die().

relay() { # copies stdin to stdout
	trap '' INT TERM
	exec cat
}

# Directories of runs that were killed.
sweep() {
	local d pid
	for d in "${TMPDIR:-/tmp}"/ipvs-vm.*; do
		{ read -r pid <"$d/owner"; } 2>/dev/null || continue
		[ -d "/proc/$pid" ] || rm -rf "$d"
	done
}

# Sets CTL: what the guest is told, and where it answers. It goes when this script ends.
make_control_directory() { # COMMAND [ARG...]
	local d ro=()
	CTL=$(readlink -f "$(mktemp -d "${TMPDIR:-/tmp}/ipvs-vm.XXXXXXXX")")
	CHILD='' RELAYS=''
	echo "$$" >"$CTL/owner"
	trap cleanup EXIT
	trap 'exit 143' TERM
	trap 'exit 130' INT
	trap 'exit 129' HUP
	mkdir "$CTL/m" "$CTL/uml"
	# The guest has its own /tmp and /run: this shows what it needs from the host's.
	for d in "$PWD" "$MODDIR" "$(dirname "$BB")"; do
		case $d in /tmp/?* | /run/?*) ro+=("$d") ;; esac
	done
	{
		printf 'BB=%q MODDIR=%q CWD=%q MODULES=%q\n' "$BB" "$MODDIR" "$PWD" "$(echo $MODULES)"
		print_array RW "${rw[@]}"
		print_array RO "${ro[@]}"
		print_array COMMAND "$@"
	} >"$CTL/settings"
	# TMPDIR of the host need not exist in the guest.
	(unset TMPDIR; export -p) >"$CTL/env"
	cp "$LAB/guest-init" "$LAB/guest-main" "$CTL/"
	chmod 755 "$CTL/guest-init"
}

print_array() { # NAME [WORD...]
	local name=$1
	shift
	printf '%s=(' "$name"
	[ $# -eq 0 ] || printf '%q ' "$@"
	printf ')\n'
}

cleanup() {
	local i
	if [ -n "$CHILD" ]; then
		kill -KILL "$CHILD" 2>/dev/null || true
		wait "$CHILD" 2>/dev/null || true
	fi
	# The relays end when the last process of the machine has.
	for ((i = 0; i < 60; i++)); do
		[ -n "$RELAYS" ] && kill -0 $RELAYS 2>/dev/null || break
		sleep 0.05
	done
	[ -z "$RELAYS" ] || kill -KILL $RELAYS 2>/dev/null || true
	rm -rf "$CTL"
}

# Guest memory is a sparse file: on a tmpfs that is large enough, or else on the disk.
memory_directory() {
	local free
	free=$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }') || free=0
	if [ "${free:-0}" -gt $((mem + 512)) ]; then echo /dev/shm; else echo "$CTL"; fi
}

# Of the processors that this process may use.
idlest_processor() {
	local first second
	first=$(idle_ticks)
	sleep 0.06
	second=$(idle_ticks)
	paste -d ' ' <(echo "$first") <(echo "$second") | awk '{ print $4 - $2, $1 }' | sort -rn | awk 'NR == 1 { print $2 }'
}

# Lines `PROCESSOR TICKS`.
idle_ticks() {
	awk '
		FNR == NR { if ($1 == "Cpus_allowed_list:") n = split($2, ranges, ","); next }
		/^cpu[0-9]/ {
			id = substr($1, 4) + 0
			for (i = 1; i <= n; i++) {
				m = split(ranges[i], ends, "-")
				if (id >= ends[1] + 0 && id <= ends[m] + 0) print id, $5
			}
		}
	' /proc/self/status /proc/stat
}
