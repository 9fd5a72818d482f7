#!/bin/busybox sh
# The first process of the machine: two nodes in network namespaces of their own, joined by a cable, and for each link of /links what comes
# through it to the node that has it. Prints a line of JSON for each measurement.
/bin/busybox --install -s /bin
export PATH=/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /run/netns
for module in $(cat /modules/order); do insmod "/modules/$module.ko"; done
# This shell prefers programs of its own, which know too little.
ip() { /sbin/ip "$@"; }
ip netns add a
ip netns add b
ip link add node type veth peer name other
ip link set node netns a
ip link set other netns b
in_a="/sbin/ip netns exec a"
in_b="/sbin/ip netns exec b"
$in_a /sbin/ip addr add 10.0.0.1/24 dev node
$in_a /sbin/ip link set node up
$in_b /sbin/ip addr add 10.0.0.2/24 dev other
$in_b /sbin/ip link set other up
$in_a python3 /measure.py serve &
$in_a python3 /measure.py echo &
sleep 3
for link in /links/*.sh; do
  name=$(basename "$link" .sh)
  $in_a /bin/sh "$link" || echo "{\"link\":\"$name\",\"failed\":true}"
  $in_b python3 /measure.py order "$name" 10.0.0.1
  $in_b python3 /measure.py send "$name" 10.0.0.1
done
echo 'measured'
poweroff -f
