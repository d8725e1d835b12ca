package io.vertebra.audit;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.audit.AuditVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainsTest {
    @TempDir
    private Path folder;

    private Log log;
    private final UUID org = UUID.randomUUID();

    @BeforeEach
    void open() {
        log = new Log(folder);
        log.append(org, 3);
        log.seal();
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void hashing_a_chain_takes_a_thread_of_its_own_pool_and_none_of_the_event_loops() {
        var pool = log.vertx.createSharedWorkerExecutor(Chains.POOL, Chains.THREADS);
        var busy = new CountDownLatch(1);
        for (int i = 0; i < Chains.THREADS; i++) {
            pool.executeBlocking(
                    () -> {
                        busy.await();
                        return null;
                    },
                    false);
        }

        var verdict = log.verifying(org);
        for (int i = 0; i < 20; i++) {
            assertThat(log.chain(org).sealed()).isEqualTo(3);
        }
        assertThat(verdict.isComplete()).isFalse();

        busy.countDown();
        assertThat(await(verdict).intact()).isTrue();
        assertThat(await(verdict).records()).isEqualTo(3);
    }

    @Test
    void a_checkpoint_that_a_crash_tore_off_spoils_neither_file_nor_the_next_one() throws IOException {
        log.checkpoint();
        var whole = Files.readString(log.checkpointFile);
        var torn = whole.substring(0, whole.length() / 2);
        Files.writeString(log.checkpointFile, torn, StandardOpenOption.APPEND);

        log.append(org, 2);
        log.seal();
        log.checkpoint();

        assertThat(Files.readString(log.checkpointFile)).startsWith(whole).endsWith("\n");
        var export = folder.resolve("export.ndjson");
        Files.write(export, log.export(org));
        var report = AuditVerifier.verify(List.of(export, log.checkpointFile));
        assertThat(report.findings()).isEmpty();
        assertThat(report.chains().getFirst().checkpoints()).isEqualTo(2);
    }
}
