# Usage: sh guard.sh NAMESPACE SCRIPT
# Runs SCRIPT unless this is NAMESPACE, the network namespace of the tests as /proc/self/ns/net names it. It fails closed:
# whatever it cannot read or does not understand counts as the same namespace, and the exit status is 97.
own=$(readlink /proc/self/ns/net) || own=
case "$own $1" in
'net:['*'] net:['*']') ;;
*) own=$1 ;;
esac
if [ "$own" = "$1" ]; then
	echo "refused: this is the network namespace of the tests" >&2
	exit 97
fi
exec sh -c "$2"
