package io.vertebra.kernel.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.kernel.backup.Manifest.Piece;
import io.vertebra.kernel.backup.Manifest.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupShelfTest {
    private static final Instant NOW = Instant.parse("2026-11-21T02:30:00Z");
    private static final Duration RETENTION = Duration.ofDays(30);

    @TempDir
    private Path folder;

    @Test
    void the_newest_backup_stays_however_old_it_is() throws IOException {
        var shelf = new BackupShelf(folder);
        backup(shelf, NOW.minus(Duration.ofDays(90)), 1);
        assertThat(shelf.expire(NOW, RETENTION)).isEmpty();
        assertThat(shelf.backups()).hasSize(1);
    }

    @Test
    void what_is_past_its_retention_goes_and_with_it_the_log_that_no_backup_needs() throws IOException {
        var shelf = new BackupShelf(folder);
        var old = backup(shelf, NOW.minus(Duration.ofDays(40)), 1);
        var kept = backup(shelf, NOW.minus(Duration.ofDays(20)), 5);
        backup(shelf, NOW, 9);
        Files.createDirectory(shelf.archive());
        var segments = List.of(
                "000000010000000000000004",
                "000000010000000000000005",
                "000000020000000000000003",
                "000000020000000000000006",
                "00000002.history");
        for (var segment : segments) {
            Files.createFile(shelf.archive().resolve(segment));
        }
        assertThat(shelf.expire(NOW, RETENTION)).containsExactly(old.toString());
        assertThat(shelf.backups()).hasSize(2);
        assertThat(shelf.newest(NOW.minusSeconds(1)).map(Object::toString)).contains(kept.toString());
        assertThat(shelf.newest(NOW.minus(Duration.ofDays(50)))).isEmpty();
        Files.delete(kept.path().resolve(Manifest.FILE));
        assertThat(shelf.backups()).as("a broken one is passed over").hasSize(1);
        try (var left = Files.list(shelf.archive())) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "000000010000000000000005", "000000020000000000000006", "00000002.history");
        }
    }

    @Test
    void what_is_not_finished_or_was_changed_is_refused_in_one_sentence() throws IOException {
        var shelf = new BackupShelf(folder);
        shelf.begin(NOW.plusSeconds(60));
        assertThat(shelf.backups()).isEmpty();
        var backup = backup(shelf, NOW, 1);
        backup.check();
        var file = backup.path().resolve("file");
        Files.writeString(file, "other");
        assertThatThrownBy(backup::check).isInstanceOf(BackupRefused.class).hasMessageContaining("file was changed");
        Files.delete(file);
        assertThatThrownBy(backup::check).hasMessageContaining("file is missing");
        Files.writeString(file, "bytes");
        Files.writeString(backup.path().resolve("stranger"), "");
        assertThatThrownBy(backup::check).hasMessageContaining("stranger does not belong to it");
        var manifest = backup.path().resolve(Manifest.FILE);
        var said = Files.readString(manifest);
        Files.writeString(manifest, said.replace("\"Size\":5", "\"Size\":6"));
        assertThatThrownBy(() -> StoredBackup.open(backup.path())).hasMessageContaining("its manifest was changed");
        Files.writeString(manifest, said.substring(0, said.length() / 2), StandardOpenOption.TRUNCATE_EXISTING);
        assertThatThrownBy(() -> StoredBackup.open(backup.path())).hasMessageContaining("its manifest was changed");
        Files.delete(manifest);
        assertThatThrownBy(() -> StoredBackup.open(backup.path())).hasMessageContaining("incomplete");
    }

    @Test
    void the_log_of_a_backup_ends_with_the_segment_before_its_end() {
        long mib16 = 16L << 20;
        assertThat(Wal.segments(1, Wal.place("0/2000028"), Wal.place("0/3000000"), mib16))
                .containsExactly("000000010000000000000002");
        assertThat(Wal.segments(2, Wal.place("1/FF000028"), Wal.place("2/1000001"), mib16))
                .containsExactly("0000000200000001000000FF", "000000020000000200000000", "000000020000000200000001");
    }

    private static StoredBackup backup(BackupShelf shelf, Instant at, int segment) throws IOException {
        var part = shelf.begin(at);
        var pieces = new ArrayList<Piece>();
        pieces.add(Copying.write(part.resolve("file"), "file", "bytes", at));
        var about = new About(at, at, 7, "18.4", 16L << 20, "none");
        pieces.add(Copying.write(part.resolve(About.FILE), About.FILE, about.text(), at));
        var place = "0/" + segment + "000028";
        Copying.write(
                part.resolve(Manifest.FILE),
                Manifest.FILE,
                new Manifest(pieces, new Range(1, place, place)).text(),
                at);
        return StoredBackup.open(shelf.finish(part));
    }
}
