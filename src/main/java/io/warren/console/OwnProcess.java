package io.warren.console;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.PooledByteBufAllocator;
import io.warren.net.Names;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What this process uses: the {@code process_*} metrics that every program has, and those of its JVM. Reads files: not for event loops. */
final class OwnProcess {
    private static final double SECONDS_IN_NANOS = 1e-9;
    private static final double SECONDS_IN_MILLIS = 1e-3;
    private static final long PAGE = 4096;
    private static final Map<String, String> NONE = Map.of();

    private OwnProcess() {}

    /** What the system calls this machine, as Go asks it. */
    static String hostName() {
        return Names.own().orElse("localhost");
    }

    static void write(Exposition out) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            out.counter(
                    "process_cpu_seconds_total",
                    "Total user and system CPU time spent in seconds.",
                    NONE,
                    system.getProcessCpuTime() * SECONDS_IN_NANOS);
            out.gauge(
                    "process_open_fds", "Number of open file descriptors.", NONE, system.getOpenFileDescriptorCount());
            out.gauge(
                    "process_max_fds",
                    "Maximum number of open file descriptors.",
                    NONE,
                    system.getMaxFileDescriptorCount());
        }
        out.gauge(
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
                NONE,
                ManagementFactory.getRuntimeMXBean().getStartTime() * SECONDS_IN_MILLIS);
        pages().ifPresent(pages -> {
            out.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", NONE, pages.get(0) * PAGE);
            out.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", NONE, pages.get(1) * PAGE);
        });
        jvm(out);
    }

    private static Optional<List<Long>> pages() {
        try {
            String[] words =
                    Files.readString(Path.of("/proc/self/statm")).trim().split(" ", -1);
            return Optional.of(List.of(Long.parseLong(words[0]), Long.parseLong(words[1])));
        } catch (IOException | NumberFormatException noLinux) {
            return Optional.empty();
        }
    }

    private static void jvm(Exposition out) {
        memory(out, "heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
        memory(out, "other", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage());
        out.gauge(
                "warren_buffer_memory_bytes",
                "Memory held for buffers outside of the heap.",
                NONE,
                PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
        out.gauge(
                "warren_jvm_threads",
                "Threads.",
                NONE,
                ManagementFactory.getThreadMXBean().getThreadCount());
        double collected = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
        out.counter(
                "warren_jvm_gc_seconds_total",
                "Time spent in garbage collection.",
                NONE,
                collected * SECONDS_IN_MILLIS);
    }

    private static void memory(Exposition out, String area, MemoryUsage usage) {
        Map<String, String> labels = Exposition.labels("area", area);
        out.gauge("warren_jvm_memory_used_bytes", "Memory in use.", labels, usage.getUsed());
        out.gauge("warren_jvm_memory_committed_bytes", "Memory held.", labels, usage.getCommitted());
        if (usage.getMax() >= 0) {
            out.gauge("warren_jvm_memory_max_bytes", "The most that may be used.", labels, usage.getMax());
        }
    }
}
