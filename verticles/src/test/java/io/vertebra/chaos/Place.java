package io.vertebra.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A machine prepared for an experiment that the usual one cannot carry. */
interface Place {
    /** What is missing here to prepare it, in words; null when nothing is. */
    @Nullable
    String missing() throws Exception;

    Stage open(Path folder, Artefact artefact) throws Exception;

    /** Undoes what was prepared, after the stage is closed. */
    void close() throws Exception;

    /** As usual, but not shared. */
    static Place plain() {
        return new Prepared(null, Stage::of, () -> {});
    }

    /** One that there cannot be. */
    static Place nowhere(String reason) {
        return new Prepared(() -> reason, Stage::of, () -> {});
    }

    /** PostgreSQL on a small disk of its own. */
    static Place tmpfs() {
        return new Prepared(
                () -> Shell.works("mount", "-t", "tmpfs", "-o", "size=1m", "none", probe())
                                && Shell.works("umount", probe())
                        ? null
                        : "a tmpfs cannot be mounted here",
                (folder, artefact) -> {
                    var disk = Files.createDirectories(folder.resolve("postgres"));
                    Shell.run("mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "none", disk.toString());
                    MachineFaults.disk(disk);
                    return new Stage(folder, artefact, Collections.nCopies(2, "127.0.0.1"), Map.of());
                },
                () -> Shell.run("umount", "-l", MachineFaults.disk().toString()));
    }

    private static String probe() throws IOException {
        return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), "vertebra-chaos-probe"))
                .toString();
    }

    /** Each node on an address of its own, so that a packet filter can tell them apart. */
    static Place addresses() {
        var hosts = IntStream.range(0, 3)
                .mapToObj(number -> "127.9.0." + (11 + number))
                .toList();
        return new Prepared(
                () -> Shell.works("nft", "list", "tables") && Shell.works("ip", "link", "show", "lo")
                        ? null
                        : "nft or ip may not be used here",
                (folder, artefact) -> {
                    for (var host : hosts) {
                        Shell.run("ip", "addr", "add", host + "/32", "dev", "lo");
                    }
                    return new Stage(folder, artefact, hosts, Map.of());
                },
                () -> {
                    MachineFaults.heal();
                    for (var host : hosts) {
                        Shell.run("ip", "addr", "del", host + "/32", "dev", "lo");
                    }
                });
    }

    /** Nodes whose clocks can be set. */
    static Place clocks() {
        return new Prepared(
                () -> FakeTime.library() == null ? "libfaketime is not installed" : null,
                (folder, artefact) ->
                        new Stage(folder, artefact, List.of("127.0.0.1", "127.0.0.1"), FakeTime.in(folder)),
                () -> {});
    }

    /** One made of three acts. */
    record Prepared(@Nullable Missing what, Opening opening, Closing closing) implements Place {
        @Override
        public @Nullable String missing() throws Exception {
            return what == null ? null : what.words();
        }

        @Override
        public Stage open(Path folder, Artefact artefact) throws Exception {
            return opening.in(folder, artefact);
        }

        @Override
        public void close() throws Exception {
            closing.now();
        }
    }

    interface Missing {
        @Nullable
        String words() throws Exception;
    }

    interface Opening {
        Stage in(Path folder, Artefact artefact) throws Exception;
    }

    interface Closing {
        void now() throws Exception;
    }
}
