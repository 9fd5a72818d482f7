#!/bin/sh
# As in the official image: options alone are meant for envoy.
set -e
if [ "${1#-}" != "$1" ]; then set -- envoy "$@"; fi
exec "$@"
