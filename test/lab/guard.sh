# Usage: sh guard.sh KIND NAMESPACE SCRIPT [ARGUMENT...]
# Runs SCRIPT unless this is NAMESPACE, the namespace of the tests as /proc/self/ns/KIND names it; KIND is net or mnt. It fails
# closed: whatever it cannot read or does not understand counts as the same namespace, and the exit status is 97.
kind=$1
tests=$2
case "$kind" in
net) name=network ;;
mnt) name=mount ;;
*) kind= name=unknown ;;
esac
own=$(readlink "/proc/self/ns/$kind") || own=
case "$own $tests" in
"$kind:["*"] $kind:["*']') ;;
*) own=$tests ;;
esac
if [ -z "$kind" ] || [ "$own" = "$tests" ]; then
	echo "refused: this is the $name namespace of the tests" >&2
	exit 97
fi
script=$3
shift 3
exec sh -c "$script" script "$@"
