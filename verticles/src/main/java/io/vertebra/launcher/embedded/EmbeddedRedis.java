package io.vertebra.launcher.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Redis 7 as a child process on the loopback address, with a password of its own for each start. It keeps nothing
 * across starts: what stands in Redis can be made again, and an old copy of it would be worse than none.
 */
public final class EmbeddedRedis implements AutoCloseable {
    private static final long READY_SECONDS_MAX = 20;
    private static final int STOP_SECONDS_MAX = 5;

    private final Folder folder;
    private final Process process;
    private final int port;
    private final String password;

    private EmbeddedRedis(Folder folder, Process process, int port, String password) {
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts the server and answers when it answers PING.
     *
     * @param folder where its log and process file are kept
     * @param cache where the unpacked program is kept; processes may share it
     * @param port the port; 0 for any that is free
     */
    public static EmbeddedRedis start(Path folder, Path cache, int port) {
        return start(folder, cache, port, Folder.newSecret());
    }

    /** The same with a given password, to start a stopped server again at the same address. */
    public static EmbeddedRedis start(Path folder, Path cache, int port, String password) {
        var taken = Folder.take(folder.toAbsolutePath(), "redis");
        try {
            return start(taken, cache, port, password);
        } catch (IOException e) {
            taken.close();
            throw new StartFailure("Redis cannot use " + taken.path() + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    private static EmbeddedRedis start(Folder folder, Path cache, int wanted, String password) throws IOException {
        var program = Binaries.redis(cache);
        var log = folder.log("redis.log");
        var processFile = folder.file("redis.pid");
        Processes.stopLeftover(processFile, "redis-server", folder.path());
        int port = Folder.freePort(wanted);
        var configuration = Files.createTempFile(folder.path(), "redis", ".conf");
        Files.writeString(configuration, configuration(port, password, folder.path(), processFile));
        var process = Processes.server(List.of(), List.of(program.toString(), configuration.toString()), log);
        try {
            awaitReady(process, port, password, log);
        } catch (StartFailure e) {
            Processes.stop(process.toHandle(), STOP_SECONDS_MAX);
            throw e;
        } finally {
            Files.delete(configuration);
        }
        return new EmbeddedRedis(folder, process, port, password);
    }

    private static String configuration(int port, String password, Path folder, Path processFile) {
        return """
                port %d
                bind 127.0.0.1
                requirepass %s
                dir "%s"
                pidfile "%s"
                save ""
                appendonly no
                databases 256
                loglevel warning
                set-proc-title no
                """.formatted(port, password, folder, processFile);
    }

    private static void awaitReady(Process process, int port, String password, Path log) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
        try {
            while (!answers(port, password)) {
                if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                    throw new StartFailure("Redis stopped while it started (exit code %d): see %s."
                            .formatted(process.exitValue(), log));
                }
                if (System.nanoTime() > end) {
                    throw new StartFailure("Redis was not ready after %d s: see %s.".formatted(READY_SECONDS_MAX, log));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("The start of Redis was interrupted.", e);
        }
    }

    private static boolean answers(int port, String password) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            socket.setSoTimeout(1000);
            var out = socket.getOutputStream();
            out.write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            var expected = "+OK\r\n+PONG\r\n";
            var answer = socket.getInputStream().readNBytes(expected.length());
            return expected.equals(new String(answer, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return false;
        }
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** The password that it asks for. */
    public String password() {
        return password;
    }

    /** Its address with this database number: {@code redis://:password@127.0.0.1:port/number}. */
    public String url(int database) {
        return "redis://:" + password + "@127.0.0.1:" + port + "/" + database;
    }

    /** The process, for tests that stop the server in the middle. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Stops the server. */
    @Override
    public void close() {
        Processes.stop(process.toHandle(), STOP_SECONDS_MAX);
        folder.close();
    }
}
