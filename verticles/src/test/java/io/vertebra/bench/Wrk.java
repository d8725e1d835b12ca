package io.vertebra.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One load by wrk against one server, with the CPU time of its processes from the operating system's accounting. */
final class Wrk {
    /**
     * What one load showed.
     *
     * @param rate answered requests per second
     * @param cpuMicros CPU time of the server per request, in microseconds
     * @param p50Millis median latency
     * @param p99Millis latency of the slowest hundredth
     * @param failed answers other than 2xx and broken connections
     */
    record Result(double rate, double cpuMicros, double p50Millis, double p99Millis, long failed) {}

    private static final Pattern RESULT =
            Pattern.compile("RESULT requests=(\\d+) micros=(\\d+) p50=(\\d+) p99=(\\d+) non2xx=(\\d+) socket=(\\d+)");
    private static final double TICK_MICROS = 10_000;

    private final Path scripts;
    private final int port;
    private final List<Long> pids;
    private final Map<String, String> environment;

    Wrk(Path scripts, int port, List<Long> pids, Map<String, String> environment) {
        this.scripts = scripts;
        this.port = port;
        this.pids = pids;
        this.environment = environment;
    }

    /** Starts the load in the background. */
    Process start(String script, int connections, int seconds) throws IOException {
        var command = new ProcessBuilder(List.of(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                "10s",
                "-s",
                scripts.resolve(script).toString(),
                "http://127.0.0.1:" + port));
        command.environment().putAll(environment);
        command.environment().put("BENCH_LUA", scripts.toString());
        command.environment().put("BENCH_RUN", Long.toString(System.nanoTime(), 36));
        return command.redirectErrorStream(true).start();
    }

    /** Runs the load and waits for its figures. */
    Result run(String script, int connections, int seconds) throws IOException, InterruptedException {
        long before = cpuTicks();
        var load = start(script, connections, seconds);
        return result(load, before);
    }

    /** The figures of a load that was started when the server had used this much CPU. */
    Result result(Process load, long ticksBefore) throws IOException, InterruptedException {
        var output = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        load.waitFor();
        Matcher m = RESULT.matcher(output);
        if (!m.find()) {
            throw new IOException("wrk gave no figures: " + output);
        }
        long requests = Long.parseLong(m.group(1));
        double seconds = Long.parseLong(m.group(2)) / 1e6;
        return new Result(
                requests / seconds,
                (cpuTicks() - ticksBefore) * TICK_MICROS / Math.max(requests, 1),
                Long.parseLong(m.group(3)) / 1e3,
                Long.parseLong(m.group(4)) / 1e3,
                Long.parseLong(m.group(5)) + Long.parseLong(m.group(6)));
    }

    /** CPU time that the server has used so far, in clock ticks (proc(5), utime and stime). */
    long cpuTicks() throws IOException {
        long ticks = 0;
        for (long pid : pids) {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
        return ticks;
    }
}
