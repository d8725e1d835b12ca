package io.vertebra.launcher.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts the embedded servers so that none outlives this JVM, not even after kill -9, and so that a Ctrl-C in the
 * terminal does not reach them before the platform has drained.
 */
public final class Processes {
    /** The death signal follows the thread that started a process: this one lives as long as the JVM. */
    private static final ExecutorService STARTER = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("embedded-servers").factory());

    private Processes() {}

    /** How a server is run by somebody who is not root. */
    enum Disguise {
        /** We are not root: as we are. */
        NONE(List.of()),
        /** In a user namespace of its own, where our uid has no rights. */
        NAMESPACE(List.of("unshare", "-U")),
        /** As nobody. */
        NOBODY(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

        final List<String> prefix;

        Disguise(List<String> prefix) {
            this.prefix = prefix;
        }

        /** The first way that works here. */
        static Disguise find() {
            if (!root()) {
                return NONE;
            }
            for (var way : List.of(NAMESPACE, NOBODY)) {
                if (works(way.prefix)) {
                    return way;
                }
            }
            throw new StartFailure("PostgreSQL does not run as root, and neither `unshare -U` nor `setpriv` works"
                    + " here: start Vertebra as another user.");
        }
    }

    /** Starts a server whose life is bound to this JVM's. */
    static Process server(List<String> prefix, List<String> command, Path log) {
        return server(prefix, command, Map.of(), log);
    }

    /** The same with more variables in its environment. */
    static Process server(List<String> prefix, List<String> command, Map<String, String> environment, Path log) {
        return start(prefix, "INT", command, environment, log);
    }

    /** Starts a process that is killed when this JVM ends in whatever way, even if it stands still. */
    public static Process mortal(List<String> command, Map<String, String> environment, Path log) {
        return start(List.of(), "KILL", command, environment, log);
    }

    private static Process start(
            List<String> prefix, String atOurDeath, List<String> command, Map<String, String> environment, Path log) {
        var all = new ArrayList<String>();
        if (works(List.of("setsid"))) {
            all.add("setsid");
        }
        all.addAll(prefix);
        var mortal = List.of("setpriv", "--pdeathsig", atOurDeath);
        if (works(mortal)) {
            all.addAll(mortal);
        }
        all.addAll(command);
        var builder = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return fromStarter(builder::start);
    }

    /** Runs a command to its end with this input and answers its exit code. */
    static int run(List<String> prefix, List<String> command, Path log, String input) {
        var all = new ArrayList<>(prefix);
        all.addAll(command);
        try {
            var process = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            try (var out = process.outputWriter()) {
                out.write(input);
            }
            return process.waitFor();
        } catch (IOException e) {
            throw new StartFailure(command.getFirst() + " could not be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure(command.getFirst() + " was interrupted.", e);
        }
    }

    /** Stops a process: PostgreSQL takes SIGINT as "at once, in good order". After {@code seconds} it is killed. */
    static void stop(ProcessHandle process, int seconds) {
        if (!process.isAlive()) {
            return;
        }
        try {
            signal(process, "-INT");
            process.onExit().get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (IOException | ExecutionException | java.util.concurrent.TimeoutException e) {
            process.destroyForcibly();
        }
    }

    /** Sends a signal, {@code -STOP} for one. */
    public static void signal(ProcessHandle process, String which) throws IOException, InterruptedException {
        new ProcessBuilder("kill", which, Long.toString(process.pid())).start().waitFor();
    }

    /**
     * Stops what a former JVM has left behind, when this process file names a live server of that program that works in
     * this folder. Process ids are used again: whatever else bears the id now is let be.
     */
    static void stopLeftover(Path processFile, String program, Path folder) {
        try {
            var first =
                    Files.readString(processFile).lines().findFirst().orElse("").trim();
            ProcessHandle.of(Long.parseLong(first))
                    .filter(process -> isServer(process.info(), program, folder.toString()))
                    .ifPresent(process -> stop(process, 10));
        } catch (IOException | NumberFormatException e) {
            // Without a readable process file nothing was left behind.
        }
    }

    private static boolean isServer(ProcessHandle.Info info, String program, String folder) {
        var named = info.command()
                .filter(command -> Path.of(command).endsWith(program))
                .isPresent();
        return named
                && Stream.of(info.arguments().orElse(new String[0]))
                        .anyMatch(argument -> argument.equals(folder) || argument.startsWith(folder + "/"));
    }

    private static boolean root() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    private static boolean works(List<String> prefix) {
        var command = new ArrayList<>(prefix);
        command.add("true");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Process fromStarter(Callable<Process> start) {
        try {
            return STARTER.submit(start).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("The start was interrupted.", e);
        } catch (ExecutionException e) {
            throw new StartFailure("The server could not be started: " + e.getMessage(), e);
        }
    }
}
