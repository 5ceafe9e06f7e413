package io.warren.chaos;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        return new Footprint(
                heap(pid), field(status, "VmRSS:") * 1024, (int) field(status, "Threads:"), descriptors(pid));
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
        String table = run(jcmd, String.valueOf(pid), "GC.class_histogram");
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

    @CanIgnoreReturnValue
    static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
