package io.vertebra.kernel.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.audit.Finding.Kind;
import io.vertebra.kernel.chains.CheckpointKey;
import io.vertebra.kernel.chains.SignedCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifierTest {
    private static final UUID CHAIN = UUID.fromString("01930000-0000-7000-8000-000000000001");
    private static final Instant AT = Instant.parse("2026-11-20T10:00:00.000001Z");
    private static final int RECORDS = 10;
    private static final KeyPair KEYS = keys();

    @TempDir
    private Path folder;

    @Test
    void an_untouched_export_is_intact() throws IOException {
        var report = verify(lines -> {});

        assertThat(report.findings()).isEmpty();
        assertThat(report.intact()).isTrue();
        assertThat(report.chains()).containsExactly(new AuditReport.Verified(CHAIN.toString(), RECORDS, 2));
        assertThat(report.lines()).last().isEqualTo("intact");
    }

    @Test
    void a_changed_record_is_named() throws IOException {
        var report = verify(lines -> lines.set(4, lines.get(4).replace("Orgs.Act3", "Orgs.Act7")));

        assertThat(report.intact()).isFalse();
        assertThat(report.findings())
                .extracting(Finding::sequence, Finding::kind)
                .containsExactly(found(3, Kind.CHANGED));
    }

    @Test
    void a_changed_record_with_its_hash_made_anew_is_named_by_the_next() throws IOException {
        var report = verify(lines -> lines.set(4, line(3, "Orgs.Forged", previous(3))));

        assertThat(report.findings())
                .extracting(Finding::sequence, Finding::kind)
                .containsExactly(found(4, Kind.CHANGED));
    }

    @Test
    void a_chain_that_was_rebuilt_contradicts_its_checkpoint() throws IOException {
        var report = verify(lines -> {
            var previous = previous(3);
            for (int i = 3; i <= RECORDS; i++) {
                var record = record(i, i == 3 ? "Orgs.Forged" : "Orgs.Act" + i, previous);
                lines.set(i + 1, record.line(record.hash()));
                previous = record.hash();
            }
            lines.set(lines.size() - 1, AuditExport.end(CHAIN, RECORDS, previous));
        });

        assertThat(report.findings())
                .extracting(Finding::sequence, Finding::kind)
                .containsExactly(found(5, Kind.REWRITTEN), found(10, Kind.REWRITTEN));
    }

    @Test
    void a_removed_record_is_named() throws IOException {
        assertThat(verify(lines -> lines.remove(4)).findings())
                .extracting(Finding::sequence, Finding::kind)
                .containsExactly(found(3, Kind.REMOVED));
        assertThat(verify(lines -> lines.subList(4, 7).clear())
                        .findings()
                        .getFirst()
                        .detail())
                .isEqualTo("Records 3 to 5 were removed.");
    }

    @Test
    void records_in_another_order_are_named() throws IOException {
        var report = verify(lines -> lines.set(5, lines.set(4, lines.get(5))));

        assertThat(report.findings())
                .extracting(Finding::sequence, Finding::kind)
                .containsExactly(found(3, Kind.REORDERED));
    }

    @Test
    void a_record_that_stands_twice_is_named() throws IOException {
        var report = verify(lines -> lines.add(5, lines.get(4)));

        assertThat(report.findings())
                .extracting(Finding::sequence, Finding::kind)
                .containsExactly(found(3, Kind.DOUBLED));
    }

    @Test
    void records_cut_off_with_a_false_end_are_found_by_the_checkpoint() throws IOException {
        var report = verify(lines -> {
            lines.subList(9, 12).clear();
            lines.set(lines.size() - 1, AuditExport.end(CHAIN, 7, previous(8)));
        });

        assertThat(report.findings())
                .extracting(Finding::sequence, Finding::kind)
                .containsExactly(found(8, Kind.CUT_OFF));
        assertThat(report.findings().getFirst().detail()).isEqualTo("Records 8 to 10 were cut off.");
    }

    @Test
    void an_export_that_broke_off_is_not_whole() throws IOException {
        var report = verify(lines -> lines.subList(8, lines.size()).clear());

        assertThat(report.findings()).extracting(Finding::kind).contains(Kind.CUT_OFF);
    }

    @Test
    void checkpoints_from_a_file_beside_find_a_chain_that_was_emptied_with_its_own() throws IOException {
        var export = write("export", List.of(AuditExport.start(CHAIN), AuditExport.end(CHAIN, 0, AuditRecord.START)));
        var beside =
                write("checkpoints", List.of(key().line(), checkpoint(RECORDS).line()));

        assertThat(AuditVerifier.verify(List.of(export)).intact()).isTrue();
        assertThat(AuditVerifier.verify(List.of(export, beside)).findings())
                .extracting(Finding::sequence, Finding::kind)
                .containsExactly(found(1, Kind.CUT_OFF));
    }

    @Test
    void a_forged_checkpoint_is_named() throws IOException {
        var report = verify(lines -> lines.replaceAll(line -> line.contains("checkpoint") && line.contains("\":5,")
                ? line.replace("\"sequence\":5", "\"sequence\":6")
                : line));

        assertThat(report.findings())
                .extracting(Finding::sequence, Finding::kind)
                .contains(found(6, Kind.BAD_SIGNATURE));
    }

    @Test
    void a_checkpoint_without_its_key_proves_nothing() throws IOException {
        var report = verify(lines -> lines.remove(1));

        assertThat(report.findings()).extracting(Finding::kind).containsOnly(Kind.UNKNOWN_KEY);
    }

    @Test
    void a_key_under_a_foreign_id_and_other_rubbish_is_malformed() throws IOException {
        var report = verify(lines -> {
            lines.add(1, key().line().replace(key().id(), "0".repeat(32)));
            lines.add("{\"type\":\"record\"}");
            lines.add("{\"type\":\"end\",\"type\":\"end\"}");
            lines.add("rubbish");
        });

        assertThat(report.findings()).hasSize(4).extracting(Finding::kind).containsOnly(Kind.MALFORMED);
    }

    @Test
    void files_without_an_export_are_not_intact() throws IOException {
        assertThat(AuditVerifier.verify(List.of(write("empty", List.of()))).intact())
                .isFalse();
    }

    private AuditReport verify(Consumer<List<String>> tamper) throws IOException {
        var lines = new ArrayList<String>();
        lines.add(AuditExport.start(CHAIN));
        lines.add(key().line());
        for (int i = 1; i <= RECORDS; i++) {
            lines.add(line(i, "Orgs.Act" + i, previous(i)));
        }
        lines.add(checkpoint(5).line());
        lines.add(checkpoint(RECORDS).line());
        lines.add(AuditExport.end(CHAIN, RECORDS, previous(RECORDS + 1)));
        tamper.accept(lines);
        return AuditVerifier.verify(List.of(write("export", lines)));
    }

    private Path write(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name + ".ndjson"), lines);
    }

    private static String line(int sequence, String action, String previous) {
        var record = record(sequence, action, previous);
        return record.line(record.hash());
    }

    private static String previous(int sequence) {
        return sequence == 1
                ? AuditRecord.START
                : record(sequence - 1, "Orgs.Act" + (sequence - 1), previous(sequence - 1))
                        .hash();
    }

    private static AuditRecord record(int sequence, String action, String previous) {
        return new AuditRecord(
                CHAIN,
                sequence,
                previous,
                new UUID(7, sequence),
                CHAIN,
                AT.plusSeconds(sequence),
                "user",
                new UUID(8, 8),
                "owner",
                action,
                "projectId:ä\u0007\"",
                "done",
                null,
                "r-" + sequence,
                false);
    }

    private static SignedCheckpoint checkpoint(int sequence) {
        return SignedCheckpoint.sign(CHAIN, sequence, previous(sequence + 1), AT, key().id(), KEYS.getPrivate());
    }

    private static CheckpointKey key() {
        return CheckpointKey.of(KEYS.getPublic().getEncoded());
    }

    private static org.assertj.core.groups.Tuple found(long sequence, Kind kind) {
        return org.assertj.core.groups.Tuple.tuple(sequence, kind);
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
