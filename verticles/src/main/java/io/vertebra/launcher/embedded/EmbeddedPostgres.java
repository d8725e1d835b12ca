package io.vertebra.launcher.embedded;

import io.vertebra.launcher.embedded.Processes.Disguise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL 18 as a child process, with its data in a folder. Listens on the loopback address only and asks for
 * passwords. The folder belongs to one JVM at a time; a server that a killed JVM left behind is stopped first.
 *
 * <p>The database {@code vertebra} belongs to {@link #OWNER}, which is no superuser, as in production.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    /** The role that owns the databases and runs the migrations. */
    public static final String OWNER = "vertebra_owner";
    /** The database that is there from the start. */
    public static final String DATABASE = "vertebra";

    /** The role that the server was made with; only the launcher and tests use it. */
    public static final String SUPERUSER = "postgres";

    /** A backend keeps what it frees: else glibc gives it back to the system after most transactions. */
    private static final Map<String, String> KEEP_MEMORY =
            Map.of("MALLOC_TRIM_THRESHOLD_", "4194304", "MALLOC_TOP_PAD_", "1048576");

    private static final Duration READY_MAX = Duration.ofMinutes(1);
    private static final String PASSWORD = "postgres.password";
    private static final String DATA = "postgres";
    private static final int STOP_SECONDS_MAX = 20;

    /**
     * What to start.
     *
     * @param folder where the data, the password and the log are kept
     * @param cache where the unpacked programs are kept; processes may share it
     * @param port the port; 0 for any that is free
     * @param settings settings of the server beyond ours, for example {@code fsync=off} in tests
     * @param readyMax how long it may take until it takes connections; replaying a long log takes its time
     */
    public record Options(Path folder, Path cache, int port, Map<String, String> settings, Duration readyMax) {
        /** The same with a start of usual length. */
        public Options(Path folder, Path cache, int port, Map<String, String> settings) {
            this(folder, cache, port, settings, READY_MAX);
        }

        /** The data in this folder, programs in the user's cache, any free port, default settings. */
        public static Options in(Path folder) {
            return new Options(folder, userCache(), 0, Map.of());
        }

        /** The same with this setting of the server. */
        public Options with(String setting, String value) {
            var all = new java.util.TreeMap<>(settings);
            all.put(setting, value);
            return new Options(folder, cache, port, all, readyMax);
        }

        /**
         * The same with every segment of the log kept in this folder too; at the latest after five minutes, if anything
         * was written.
         */
        public Options archiving(Path archive) {
            try {
                Files.createDirectories(archive);
                if (Disguise.find() == Disguise.NOBODY) {
                    giveToNobody(archive);
                }
            } catch (IOException e) {
                throw new StartFailure("The archive " + archive + " cannot be written: " + e.getMessage(), e);
            }
            return with("archive_mode", "on")
                    .with("archive_library", "basic_archive")
                    .with("basic_archive.archive_directory", archive.toString())
                    .with("archive_timeout", "300");
        }

        /** The same with a start that may take this long. */
        public Options readyWithin(Duration longest) {
            return new Options(folder, cache, port, settings, longest);
        }
    }

    /** A server that another process runs. */
    public record Address(int port, String password) {}

    private final Folder folder;
    private final Process process;
    private final int port;
    private final String password;

    private EmbeddedPostgres(Folder folder, Process process, int port, String password) {
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /** The folder for unpacked programs: {@code $XDG_CACHE_HOME/vertebra} or {@code ~/.cache/vertebra}. */
    public static Path userCache() {
        var set = System.getenv("XDG_CACHE_HOME");
        var base = set == null || set.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(set);
        return base.resolve("vertebra");
    }

    /** Where a server keeps its data. */
    public static Path data(Path folder) {
        return folder.toAbsolutePath().normalize().resolve(DATA);
    }

    /** The server that another process runs in this folder; empty when none does. */
    public static Optional<Address> running(Path folder) {
        try {
            var lines = Files.readAllLines(data(folder).resolve("postmaster.pid"));
            var process = ProcessHandle.of(Long.parseLong(lines.getFirst().trim()));
            return process.filter(ProcessHandle::isAlive).isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Address(
                            Integer.parseInt(lines.get(3).trim()),
                            Files.readString(folder.resolve(PASSWORD)).trim()));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /**
     * Gives the data of another folder, as a backup brings it, the passwords of this one. The server must have been
     * stopped in good order.
     */
    public static void adopt(Options options) {
        try (var folder = Folder.take(options.folder().toAbsolutePath(), "postgres")) {
            var disguise = Disguise.find();
            var programs = programs(options, folder, disguise);
            var password = folder.secret(PASSWORD);
            single(disguise, programs, folder.file(DATA), folder.log("postgres.log"), """
                    ALTER ROLE %s PASSWORD '%3$s'
                    ALTER ROLE %s PASSWORD '%3$s'
                    """.formatted(
                            SUPERUSER, OWNER, password));
        } catch (IOException e) {
            throw new StartFailure("PostgreSQL cannot use " + options.folder() + ": " + e.getMessage(), e);
        }
    }

    /** Lets the server's user own what was copied to be its data. */
    public static void own(Path data) {
        if (Disguise.find() == Disguise.NOBODY) {
            try (var all = Files.walk(data)) {
                for (var one : all.toList()) {
                    giveToNobody(one);
                }
            } catch (IOException e) {
                throw new StartFailure("The data in " + data + " cannot be given to PostgreSQL: " + e.getMessage(), e);
            }
        }
    }

    private static Path programs(Options options, Folder folder, Disguise disguise) {
        var cache = disguise == Disguise.NOBODY ? folder.file("programs") : options.cache();
        return Binaries.postgres(cache).resolve("bin");
    }

    private static void single(Disguise disguise, Path programs, Path data, Path log, String sql) {
        run(
                disguise,
                List.of(programs.resolve("postgres").toString(), "--single", "-D", data.toString(), "postgres"),
                log,
                sql);
    }

    /** Starts the server and answers when it takes connections. */
    public static EmbeddedPostgres start(Options options) {
        var folder = Folder.take(options.folder().toAbsolutePath(), "postgres");
        try {
            return start(options, folder);
        } catch (IOException e) {
            folder.close();
            throw new StartFailure("PostgreSQL cannot use " + folder.path() + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static EmbeddedPostgres start(Options options, Folder folder) throws IOException {
        var disguise = Disguise.find();
        var programs = programs(options, folder, disguise);
        var password = folder.secret(PASSWORD);
        var log = folder.log("postgres.log");
        var data = folder.file(DATA);
        Processes.stopLeftover(data.resolve("postmaster.pid"), "postgres", data);
        if (!Files.isDirectory(data)) {
            initialise(folder, data, programs, disguise, password, log);
        }
        int port = Folder.freePort(options.port());
        var process =
                Processes.server(disguise.prefix, command(programs, data, port, options.settings()), KEEP_MEMORY, log);
        var server = new EmbeddedPostgres(folder, process, port, password);
        try {
            awaitReady(process, data.resolve("postmaster.pid"), log, options.readyMax());
        } catch (StartFailure e) {
            Processes.stop(process.toHandle(), STOP_SECONDS_MAX);
            throw e;
        }
        return server;
    }

    private static List<String> command(Path programs, Path data, int port, Map<String, String> settings) {
        var command = new ArrayList<>(
                List.of(programs.resolve("postgres").toString(), "-D", data.toString(), "-p", Integer.toString(port)));
        var all = new java.util.TreeMap<>(Map.of(
                "listen_addresses", "127.0.0.1",
                "unix_socket_directories", "",
                "max_connections", "200",
                "shared_preload_libraries", "pg_stat_statements",
                "log_min_messages", "warning"));
        all.putAll(settings);
        all.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command;
    }

    /** Makes the data beside its place and moves it there when it is whole, so that a kill leaves nothing half-made. */
    private static void initialise(
            Folder folder, Path data, Path programs, Disguise disguise, String password, Path log) throws IOException {
        var fresh = folder.file("postgres.new");
        Folder.delete(fresh);
        Files.createDirectory(fresh);
        if (disguise == Disguise.NOBODY) {
            giveToNobody(fresh);
        }
        run(
                disguise,
                List.of(
                        programs.resolve("initdb").toString(),
                        "--pgdata=" + fresh,
                        "--username=" + SUPERUSER,
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--no-instructions"),
                log,
                "");
        var sql = """
                ALTER ROLE %1$s PASSWORD '%2$s'
                CREATE ROLE %3$s LOGIN CREATEDB CREATEROLE PASSWORD '%2$s'
                CREATE DATABASE %4$s OWNER %3$s
                """.formatted(SUPERUSER, password, OWNER, DATABASE);
        single(disguise, programs, fresh, log, sql);
        Files.writeString(fresh.resolve("pg_hba.conf"), "host all,replication all 127.0.0.1/32 scram-sha-256\n");
        Files.move(fresh, data);
    }

    private static void giveToNobody(Path fresh) throws IOException {
        for (var at = fresh.getParent(); at != null; at = at.getParent()) {
            if (!Files.getPosixFilePermissions(at)
                    .contains(java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE)) {
                throw new StartFailure("PostgreSQL does not run as root, and the user nobody may not enter " + at
                        + ": use another --data folder or start Vertebra as another user.");
            }
        }
        Files.setAttribute(fresh, "unix:uid", 65534);
        Files.setAttribute(fresh, "unix:gid", 65534);
    }

    private static void run(Disguise disguise, List<String> command, Path log, String input) {
        int code = Processes.run(disguise.prefix, command, log, input);
        if (code != 0) {
            throw new StartFailure(
                    "PostgreSQL could not make its data folder (exit code %d): see %s.".formatted(code, log));
        }
    }

    private static void awaitReady(Process process, Path processFile, Path log, Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        try {
            while (!ready(process, processFile)) {
                if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                    throw new StartFailure("PostgreSQL stopped while it started (exit code %d): see %s."
                            .formatted(process.exitValue(), log));
                }
                if (System.nanoTime() > end) {
                    throw new StartFailure(
                            "PostgreSQL was not ready after %d s: see %s.".formatted(longest.toSeconds(), log));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("The start of PostgreSQL was interrupted.", e);
        }
    }

    private static boolean ready(Process process, Path processFile) {
        try {
            var lines = Files.readAllLines(processFile);
            return lines.size() >= 8
                    && lines.get(7).trim().equals("ready")
                    && lines.getFirst().trim().equals(Long.toString(process.pid()));
        } catch (IOException e) {
            return false;
        }
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** The password of {@link #OWNER} and of the superuser. */
    public String password() {
        return password;
    }

    /** The address of a database for the owner: {@code postgresql://owner:password@127.0.0.1:port/database}. */
    public String url(String database) {
        return "postgresql://" + OWNER + ":" + password + "@127.0.0.1:" + port + "/" + database;
    }

    /** The process, for tests that stop the server in the middle. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Stops the server: open connections are cut, everything committed is on disk. */
    @Override
    public void close() {
        Processes.stop(process.toHandle(), STOP_SECONDS_MAX);
        folder.close();
    }
}
