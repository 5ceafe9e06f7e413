#!/bin/sh
# Warren: this file is launcher and jar at once; "java -jar" runs it as well.
self=$(readlink -f -- "$0")
if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then java=$JAVA_HOME/bin/java; else java=$(command -v java); fi
[ -n "$java" ] || { echo "warren: no java on the PATH and no JAVA_HOME (17 or later is needed)" >&2; exit 1; }

# The class-data archive halves the start. It records size and time of the jar, so it is made on the machine, once for each jar and each java.
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/warren
key=$(stat -Lc '%s-%Y' -- "$self" "$(readlink -f -- "$java")" 2>/dev/null | tr '\n' '-')
archive=$cache/$key.jsa

flags="-Xms32m -Xss512k -Dio.netty.allocator.type=pooled -Dvertx.disableMetrics=true -Djava.net.preferIPv6Addresses=system
 --add-modules java.se --add-exports java.base/jdk.internal.ref=ALL-UNNAMED --add-opens java.base/java.lang=ALL-UNNAMED
 --add-opens java.base/sun.nio.ch=ALL-UNNAMED --add-opens java.management/sun.management=ALL-UNNAMED
 --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -XX:+IgnoreUnrecognizedVMOptions"
[ "$(nproc 2>/dev/null || echo 1)" -gt 2 ] || flags="$flags -XX:+UseSerialGC"

if [ -n "$key" ] && [ -z "${WARREN_NO_ARCHIVE:-}" ]; then
  if [ -f "$archive" ]; then
    flags="$flags -XX:SharedArchiveFile=$archive -Xshare:auto"
  elif mkdir -p -m 700 -- "$cache" 2>/dev/null && mkdir -- "$archive.lock" 2>/dev/null; then
    # In the background, so that the first start waits for nothing.
    (
      # shellcheck disable=SC2086
      nice -n 19 "$java" $flags -XX:ArchiveClassesAtExit="$archive.new" -Xlog:cds=off -Xlog:cds+dynamic=off -cp "$self" io.warren.cli.Main rehearse \
        </dev/null >/dev/null 2>&1 && mv -- "$archive.new" "$archive"
      rm -f -- "$archive.new"; rmdir -- "$archive.lock"
    ) &
  fi
fi
# shellcheck disable=SC2086
exec "$java" $flags ${WARREN_JAVA_OPTS:-} -cp "$self" io.warren.cli.Main "$@"
exit 1
