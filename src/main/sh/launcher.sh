#!/bin/sh
# Warren: this file is launcher and jar at once; "java -jar" runs it as well.
self=$(readlink -f -- "$0")
if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then java=$JAVA_HOME/bin/java; else java=$(command -v java); fi
[ -n "$java" ] || { echo "warren: no java on the PATH and no JAVA_HOME (17 or later is needed)" >&2; exit 1; }

flags="-Xms32m -Xss512k -Dio.netty.allocator.type=pooled -Dvertx.disableMetrics=true -Dio.netty.jfr.enabled=false -Djava.net.preferIPv6Addresses=system"
[ "$(nproc 2>/dev/null || echo 1)" -gt 2 ] || flags="$flags -XX:+UseSerialGC"

# The class-data archive halves the start. It is only good for this very jar, at this very path, and this java, so it is made where it is used.
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/warren
key=$(stat -Lc '%s-%Y%n' -- "$self" "$(readlink -f -- "$java")" 2>/dev/null | tr '\n/' '--')
archive=$cache/${key%-}.jsa

if [ -n "$key" ] && [ -z "${WARREN_NO_ARCHIVE:-}" ]; then
  if [ -f "$archive" ]; then
    flags="$flags -XX:SharedArchiveFile=$archive -Xshare:auto -Xlog:disable -Xlog:all=error:stderr"
  elif mkdir -p -m 700 -- "$cache" 2>/dev/null; then
    # What a rehearsal that was killed has left behind does not count.
    find "$cache" -maxdepth 1 -name '*.lock' -mmin +10 -exec rmdir -- {} \; 2>/dev/null
    # In the background, so that the first start waits for nothing; its parent is not the server, which would not reap it.
    if mkdir -- "$archive.lock" 2>/dev/null; then
      # shellcheck disable=SC2086
      ( (
        nice -n 10 "$java" $flags -XX:ArchiveClassesAtExit="$archive.new" -Xlog:disable -jar "$self" rehearse &&
          find "$cache" -maxdepth 1 -name '*.jsa' -mtime +30 -exec rm -f -- {} \; &&
          mv -- "$archive.new" "$archive"
        rm -f -- "$archive.new"; rmdir -- "$archive.lock"
      ) </dev/null >/dev/null 2>&1 & )
    fi
  fi
fi
# shellcheck disable=SC2086
exec "$java" $flags ${WARREN_JAVA_OPTS:-} -jar "$self" "$@"
exit 1
