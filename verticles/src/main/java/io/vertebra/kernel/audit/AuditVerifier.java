package io.vertebra.kernel.audit;

import io.vertebra.kernel.chains.CheckpointKey;
import io.vertebra.kernel.chains.SignedCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Verifies exports of the audit log without any server. The files are exports and checkpoint files, in any order; they
 * are read twice as streams, so that their size does not matter.
 */
public final class AuditVerifier {
    private final Map<String, CheckpointKey> keys = new TreeMap<>();
    private final Map<String, List<SignedCheckpoint>> checkpoints = new LinkedHashMap<>();
    private final Map<String, ChainCheck> chains = new LinkedHashMap<>();
    private final Map<String, AuditLine.End> ends = new LinkedHashMap<>();
    private final SortedSet<String> used = new TreeSet<>();
    private final List<Finding> findings = new ArrayList<>();

    private AuditVerifier() {}

    /** Verifies these files together. */
    public static AuditReport verify(List<Path> files) throws IOException {
        var verifier = new AuditVerifier();
        for (var file : files) {
            verifier.each(file, verifier::gather);
        }
        verifier.checkSignatures();
        for (var file : files) {
            verifier.each(file, verifier::follow);
        }
        return verifier.report();
    }

    private interface Visitor {
        void visit(AuditLine line);
    }

    private void each(Path file, Visitor visitor) throws IOException {
        try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            long number = 0;
            for (var text = reader.readLine(); text != null; text = reader.readLine()) {
                number++;
                if (!text.isBlank()) {
                    visit(file, number, text, visitor);
                }
            }
        }
    }

    private void visit(Path file, long number, String text, Visitor visitor) {
        AuditLine line;
        try {
            line = AuditLine.parse(text);
        } catch (IllegalArgumentException e) {
            malformed(file, number, e.getMessage());
            return;
        }
        visitor.visit(line);
    }

    /** First reading: keys, checkpoints and which chains there are. */
    private void gather(AuditLine line) {
        switch (line) {
            case AuditLine.Key key -> keys.put(key.key().id(), key.key());
            case AuditLine.Signed signed ->
                checkpoints
                        .computeIfAbsent(signed.checkpoint().chain().toString(), missing -> new ArrayList<>())
                        .add(signed.checkpoint());
            case AuditLine.End end -> ends.put(end.chain(), end);
            case AuditLine.Start start -> chains.putIfAbsent(start.chain(), new ChainCheck(start.chain(), List.of()));
            case AuditLine.Link link -> chains.putIfAbsent(link.chain(), new ChainCheck(link.chain(), List.of()));
        }
    }

    /** A checkpoint whose signature does not hold is a finding and says nothing about the chain. */
    private void checkSignatures() {
        for (var chain : chains.keySet()) {
            var signed = new ArrayList<SignedCheckpoint>();
            for (var checkpoint : checkpoints.getOrDefault(chain, List.of())) {
                if (holds(chain, checkpoint)) {
                    used.add(checkpoint.keyId());
                    signed.add(checkpoint);
                }
            }
            chains.put(chain, new ChainCheck(chain, signed));
        }
    }

    private boolean holds(String chain, SignedCheckpoint checkpoint) {
        var key = keys.get(checkpoint.keyId());
        if (key == null) {
            findings.add(new Finding(
                    chain,
                    checkpoint.sequence(),
                    Finding.Kind.UNKNOWN_KEY,
                    "The key "
                            + checkpoint.keyId() + " of the checkpoint at record " + checkpoint.sequence()
                            + " is in none of the files."));
            return false;
        }
        if (!checkpoint.isSignedBy(key.publicKey())) {
            findings.add(new Finding(
                    chain,
                    checkpoint.sequence(),
                    Finding.Kind.BAD_SIGNATURE,
                    "The checkpoint at record " + checkpoint.sequence() + " is not signed by its key."));
            return false;
        }
        return true;
    }

    /** Second reading: the records. */
    private void follow(AuditLine line) {
        if (line instanceof AuditLine.Link link) {
            var check = chains.get(link.chain());
            if (check != null) {
                check.accept(link.sequence(), link.previous(), link.actual(), link.sealed());
            }
        }
    }

    private AuditReport report() {
        var verified = new ArrayList<AuditReport.Verified>();
        chains.forEach((chain, check) -> {
            var end = ends.get(chain);
            check.end(end == null ? 0 : end.sequence(), end == null ? null : end.head());
            findings.addAll(check.findings());
            if (end == null) {
                findings.add(new Finding(
                        chain, null, Finding.Kind.CUT_OFF, "The export has no last line: it is not whole."));
            }
            verified.add(new AuditReport.Verified(chain, check.records(), check.checkpoints()));
        });
        return new AuditReport(verified, List.copyOf(findings), List.copyOf(used));
    }

    private void malformed(Path file, long number, @Nullable String why) {
        var detail = file.getFileName() + ", line " + number + ": " + why;
        var finding = new Finding(null, null, Finding.Kind.MALFORMED, detail);
        if (!findings.contains(finding)) {
            findings.add(finding);
        }
    }
}
