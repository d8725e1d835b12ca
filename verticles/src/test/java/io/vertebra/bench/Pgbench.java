package io.vertebra.bench;

import io.vertebra.launcher.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Transactions a second of a script by PostgreSQL's own load program, in one thread, its statements prepared. */
final class Pgbench {
    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+) \\(without initial connection time\\)");
    private static final Pattern FAILED = Pattern.compile("number of failed transactions: 0 ");

    private final EmbeddedPostgres postgres;
    private final String database;
    private final Path scripts;

    Pgbench(EmbeddedPostgres postgres, String database, Path scripts) {
        this.postgres = postgres;
        this.database = database;
        this.scripts = scripts;
    }

    double rate(String script, String variable, int clients, int seconds) throws IOException, InterruptedException {
        var command = new ProcessBuilder(List.of(
                "pgbench",
                "--no-vacuum",
                "--host=127.0.0.1",
                "--port=" + postgres.port(),
                "--username=" + EmbeddedPostgres.SUPERUSER,
                "--protocol=prepared",
                "--client=" + clients,
                "--jobs=1",
                "--time=" + seconds,
                "--define=" + variable,
                "--file=" + scripts.resolve(script),
                database));
        command.environment().put("PGPASSWORD", postgres.password());
        command.environment().put("PGOPTIONS", "-c app.platform=on");
        var process = start(command);
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var rate = RATE.matcher(output);
        if (process.waitFor() != 0 || !FAILED.matcher(output).find() || !rate.find()) {
            throw new IOException("pgbench gave no figures: " + output);
        }
        return Double.parseDouble(rate.group(1));
    }

    private static Process start(ProcessBuilder command) throws IOException {
        try {
            return command.redirectErrorStream(true).start();
        } catch (IOException missing) {
            throw new IOException("pgbench was not found; Debian has it in postgresql-contrib.", missing);
        }
    }
}
