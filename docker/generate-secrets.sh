#!/bin/sh
# Makes the secrets of docker-compose.yml once, each into the volume of the service that needs it. It runs at each start
# and leaves alone what is there. Keep a copy of server/master-secret: without it the signing keys in the database are lost.
set -eu
cd "${1:-/secrets}"
umask 077

random() {
  # 32 bytes as 64 hexadecimal digits: safe in addresses and in configuration files.
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# Writes a file unless it is there; never half of one. The services run as users of their own, so it may be read by all
# who mount the volume.
once() {
  if [ ! -s "$1" ]; then
    printf '%s' "$2" > "$1.new"
    chmod 0444 "$1.new"
    mv "$1.new" "$1"
  fi
}

once server/master-secret "$(random)"
once postgres/password "$(random)"
once redis/password "$(random)"

# The same passwords in the shape that each reader wants.
once server/database-url "postgres://sallyport:$(cat postgres/password)@postgres:5432/sallyport"
once server/redis-url "redis://:$(cat redis/password)@redis:6379"
once redis/redis.conf "requirepass $(cat redis/password)"
