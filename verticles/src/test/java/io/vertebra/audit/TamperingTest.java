package io.vertebra.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.contract.Audit.Verification;
import io.vertebra.kernel.audit.AuditReport;
import io.vertebra.kernel.audit.AuditVerifier;
import io.vertebra.kernel.audit.Finding;
import io.vertebra.kernel.audit.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who owns the database may do to the log, and how it is found: online, and offline from files. */
class TamperingTest {
    private static final int RECORDS = 20;

    @TempDir
    private Path folder;

    private Log log;
    private final UUID org = UUID.randomUUID();

    @BeforeEach
    void twenty_sealed_records_with_checkpoints_at_ten_and_twenty() {
        log = new Log(folder);
        log.append(UUID.randomUUID(), 3);
        log.append(org, RECORDS / 2);
        log.seal();
        log.checkpoint();
        log.append(org, RECORDS / 2);
        log.seal();
        log.checkpoint();
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void an_untouched_log_is_intact() throws IOException {
        assertThat(log.verify(org)).isEqualTo(new Verification(true, RECORDS, null, null));
        assertThat(offline().intact()).isTrue();
        assertThat(offline().chains()).containsExactly(new AuditReport.Verified(org.toString(), RECORDS, 2));
    }

    @Test
    void a_changed_record_is_found() throws IOException {
        log.tamper("UPDATE audit.records SET actor = gen_random_uuid() WHERE seq = " + recordAt(7));
        found(7, Kind.CHANGED);
    }

    @Test
    void a_removed_record_is_found() throws IOException {
        log.tamper("DELETE FROM audit.records WHERE seq = " + recordAt(7));
        found(7, Kind.REMOVED);
    }

    @Test
    void a_record_removed_with_its_seal_is_found() throws IOException {
        log.tamper("DELETE FROM audit.records WHERE seq = " + recordAt(7) + ";DELETE FROM audit.seals WHERE chain = '"
                + org + "' AND sequence = 7");
        found(7, Kind.REMOVED);
    }

    @Test
    void records_that_changed_places_are_found() throws IOException {
        log.tamper("DO $$ DECLARE a bigint := " + recordAt(7) + "; b bigint := " + recordAt(8) + "; BEGIN"
                + " UPDATE audit.seals SET record_seq = -1 WHERE record_seq = a;"
                + " UPDATE audit.seals SET record_seq = a WHERE record_seq = b;"
                + " UPDATE audit.seals SET record_seq = b WHERE record_seq = -1; END $$");
        found(7, Kind.CHANGED);
    }

    @Test
    void records_cut_off_are_found() throws IOException {
        log.tamper("DELETE FROM audit.records WHERE seq >= " + recordAt(16) + ";DELETE FROM audit.seals WHERE chain = '"
                + org + "' AND sequence >= 16");
        found(16, Kind.CUT_OFF);
    }

    @Test
    void records_cut_off_with_every_trace_in_the_database_are_found_by_the_file_outside() throws IOException {
        log.tamper("DELETE FROM audit.records WHERE seq >= " + recordAt(16) + ";DELETE FROM audit.seals WHERE chain = '"
                + org + "' AND sequence >= 16;DELETE FROM audit.checkpoints WHERE chain = '" + org
                + "' AND sequence > 15;UPDATE audit.chains SET sequence = 15, hash = (SELECT hash FROM audit.seals"
                + " WHERE chain = '" + org + "' AND sequence = 15) WHERE chain = '" + org + "'");

        assertThat(log.verify(org).intact()).isTrue();
        var report = offline();
        assertThat(report.intact()).isFalse();
        assertThat(report.findings().getFirst().kind()).isEqualTo(Kind.CUT_OFF);
        assertThat(report.findings().getFirst().sequence()).isEqualTo(16);
    }

    private void found(long sequence, Kind kind) throws IOException {
        var online = log.verify(org);
        assertThat(online.intact()).isFalse();
        assertThat(online.firstBad()).isEqualTo(sequence);
        var first = offline().findings().getFirst();
        assertThat(first).extracting(Finding::sequence, Finding::kind).containsExactly(sequence, kind);
    }

    private AuditReport offline() throws IOException {
        var export = Files.write(folder.resolve("export.ndjson"), log.export(org));
        return AuditVerifier.verify(List.of(export, log.checkpointFile));
    }

    private String recordAt(long sequence) {
        return "(SELECT record_seq FROM audit.seals WHERE chain = '" + org + "' AND sequence = " + sequence + ")";
    }
}
