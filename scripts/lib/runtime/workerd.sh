#!/bin/sh
# workerd as Miniflare starts it (MINIFLARE_WORKERD_PATH), but its entry, which serves developers
# below /cdn-cgi, is a socket in a private folder instead of a port that every process of this
# machine reaches.
rm -f "$ORLOP_SOCKETS/entry" "$ORLOP_SOCKETS/worker:0"
for argument; do
  shift
  case $argument in
    --socket-addr=entry=*) argument=--socket-addr=entry=unix:$ORLOP_SOCKETS/entry ;;
  esac
  set -- "$@" "$argument"
done
exec "$ORLOP_WORKERD" "$@"
