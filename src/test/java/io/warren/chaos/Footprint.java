package io.warren.chaos;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.fixture.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a process of Java's holds.
 *
 * @param heap bytes of live objects
 * @param resident bytes of memory, with all that the JVM keeps for later
 */
record Footprint(long heap, long resident, int threads, int descriptors) {
    static Footprint of(long pid) throws Exception {
        String status = Files.readString(Path.of("/proc/" + pid + "/status"));
        return new Footprint(heap(pid), resident(pid), (int) field(status, "Threads:"), descriptors(pid));
    }

    static long resident(long pid) throws IOException {
        return field(Files.readString(Path.of("/proc/" + pid + "/status")), "VmRSS:") * 1024;
    }

    Footprint without(int sockets) {
        return new Footprint(heap, resident, threads, descriptors - sockets);
    }

    Footprint withoutMemory(long bytes) {
        return new Footprint(heap - bytes, resident, threads, descriptors);
    }

    /** Within a tenth; memory that the JVM keeps for later does not count. */
    boolean isBackAt(Footprint before) {
        return heap <= before.heap * 1.1 && threads <= before.threads * 1.1 && descriptors <= before.descriptors * 1.1;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%.1f MB live (%d MB resident), %d, %d", heap / 1e6, resident >> 20, threads, descriptors);
    }

    /** Sets the soft limit of descriptors, and tells what it was. */
    @CanIgnoreReturnValue
    static String limit(long pid, String soft) throws Exception {
        String process = String.valueOf(pid);
        String before = Command.run("prlimit", "--pid", process, "--nofile", "--noheadings", "--raw", "-o", "SOFT")
                .said();
        String said =
                Command.run("prlimit", "--pid", process, "--nofile=" + soft).said();
        if (!said.isEmpty()) {
            throw new IOException(said);
        }
        return before.strip() + ":";
    }

    private static long field(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Counting them collects what is dead. */
    private static long heap(long pid) throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String table =
                Command.run(jcmd, String.valueOf(pid), "GC.class_histogram").said();
        String total = table.lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new IOException(table));
        return Long.parseLong(total.strip().split("\\s+", -1)[2]);
    }

    static int descriptors(long pid) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) all.count();
        }
    }
}
