package io.vertebra.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a process holds, as the operating system and its JVM tell, after a collection.
 *
 * @param heap bytes of what lives in the heap
 * @param direct bytes outside of it that the program allocated; -1 without native memory tracking
 * @param resident bytes of the machine's memory
 * @param files open descriptors, sockets among them
 */
record Memory(long heap, long direct, long resident, long files) {
    private static final double KIB = 1024.0;
    private static final double MIB = KIB * KIB;

    static Memory of(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        jcmd(pid, "GC.run");
        long heap = number(jcmd(pid, "GC.class_histogram"), "(?s).*Total\\s+\\d+\\s+(\\d+).*");
        long direct = number(jcmd(pid, "VM.native_memory"), "(?s).*Other \\(reserved=\\d+KB, committed=(\\d+)KB.*");
        var proc = Path.of("/proc", Long.toString(pid));
        long resident = number(Files.readString(proc.resolve("status")), "(?s).*VmRSS:\\s+(\\d+) kB.*");
        try (var open = Files.list(proc.resolve("fd"))) {
            return new Memory(heap, scaled(direct), scaled(resident), open.count());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long scaled(long kib) {
        return kib < 0 ? kib : kib * (long) KIB;
    }

    private static long number(String text, String pattern) {
        var found = text.replaceAll(pattern, "$1");
        return found.matches("\\d+") ? Long.parseLong(found) : -1;
    }

    double heapKib() {
        return heap / KIB;
    }

    double residentKib() {
        return resident / KIB;
    }

    @Override
    public String toString() {
        var outside = direct < 0 ? "" : String.format(Locale.ROOT, "direct %.1f MiB, ", direct / MIB);
        return String.format(
                Locale.ROOT,
                "heap %.1f MiB, %sresident %.0f MiB, %d descriptors",
                heap / MIB,
                outside,
                resident / MIB,
                files);
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var process = new ProcessBuilder(jcmd, Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }
}
