package io.vertebra.kernel.backup;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * PostgreSQL's data folder and what of it belongs into a backup: what {@code pg_basebackup} takes. The log is copied
 * apart; what a start makes anew is left out.
 */
final class Tree {
    /** Kept as folders, without what is in them. */
    private static final Set<String> EMPTIED = Set.of(
            Wal.FOLDER,
            "pg_dynshmem",
            "pg_notify",
            "pg_replslot",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private static final Set<String> LEFT_OUT = Set.of(
            "postmaster.pid",
            "postmaster.opts",
            "postgresql.auto.conf.tmp",
            "current_logfiles.tmp",
            "backup_label",
            "backup_label.old",
            "tablespace_map",
            "tablespace_map.old",
            "backup_manifest",
            "recovery.signal",
            "standby.signal");

    private static final Pattern TEMPORARY = Pattern.compile("(pgsql_tmp.*|pg_internal\\.init.*|t\\d+_\\d+.*)");
    /** Copied last, so that it is no older than what it describes. */
    private static final String CONTROL = "global/pg_control";

    private final Path root;

    Tree(Path root) {
        this.root = root;
    }

    /** The folders, each before those in it. */
    List<String> folders() throws IOException {
        var folders = new ArrayList<String>();
        walk(folders, new ArrayList<>());
        return folders;
    }

    /** The files. */
    List<String> files() throws IOException {
        var files = new ArrayList<String>();
        walk(new ArrayList<>(), files);
        files.remove(CONTROL);
        files.add(CONTROL);
        return files;
    }

    /** What stands in a folder. */
    List<Path> below(String folder) throws IOException {
        try (var all = Files.list(root.resolve(folder))) {
            return all.toList();
        }
    }

    private void walk(List<String> folders, List<String> files) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                var name = name(folder);
                if (TEMPORARY.matcher(String.valueOf(folder.getFileName())).matches()) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                if (!name.isEmpty()) {
                    folders.add(name);
                }
                return EMPTIED.contains(name) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                var name = name(file);
                if (name.equals(Wal.FOLDER)) {
                    folders.add(name);
                } else if (!LEFT_OUT.contains(name)
                        && !TEMPORARY
                                .matcher(String.valueOf(file.getFileName()))
                                .matches()) {
                    files.add(name);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) throws IOException {
                if (gone instanceof java.nio.file.NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw gone;
            }
        });
    }

    private String name(Path path) {
        return root.relativize(path).toString();
    }
}
