package io.vertebra.kernel.audit;

import io.vertebra.kernel.chains.SignedCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies one chain, record after record, in the memory of a few hashes. Names everything that does not fit up to a
 * limit, beyond which it only counts.
 */
public final class ChainCheck {
    private static final int FINDINGS_MAX = 100;

    private final String chain;
    private final NavigableMap<Long, List<SignedCheckpoint>> checkpoints = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final NavigableMap<Long, Long> gaps = new TreeMap<>();
    private long records;
    private long last;
    private String head = AuditRecord.START;

    /**
     * A check of this chain.
     *
     * @param signed its checkpoints, whose signatures hold
     */
    public ChainCheck(String chain, List<SignedCheckpoint> signed) {
        this.chain = chain;
        signed.forEach(checkpoint -> checkpoints
                .computeIfAbsent(checkpoint.sequence(), missing -> new ArrayList<>())
                .add(checkpoint));
    }

    /**
     * The next record of the chain, in the order in which it stands.
     *
     * @param actual the hash over what it says now
     * @param sealed the hash under which it was sealed
     */
    public void accept(long sequence, String previous, String actual, String sealed) {
        records++;
        if (!actual.equals(sealed)) {
            found(
                    sequence,
                    Finding.Kind.CHANGED,
                    "Record " + sequence + " says something else than when it was sealed.");
        }
        compareCheckpoints(sequence, sealed);
        if (sequence <= last) {
            outOfOrder(sequence);
            return;
        }
        if (sequence > last + 1) {
            gaps.put(last + 1, sequence - 1);
        } else if (!previous.equals(head)) {
            found(
                    sequence,
                    Finding.Kind.CHANGED,
                    "Record " + sequence + " does not follow from the record before it: one of the two was changed.");
        }
        last = sequence;
        head = sealed;
    }

    /** A record that the seal of this place names, but that is not there. */
    public void missing(long sequence, String sealed) {
        compareCheckpoints(sequence, sealed);
        found(sequence, Finding.Kind.REMOVED, "Record " + sequence + " was removed.");
        last = sequence;
        head = sealed;
    }

    /** Ends the check. The chain must be at least as long as {@code expected} and its checkpoints say. */
    public void end(long expected, @Nullable String expectedHead) {
        gaps.forEach((from, to) -> found(
                from,
                Finding.Kind.REMOVED,
                from.equals(to)
                        ? "Record " + from + " was removed."
                        : "Records " + from + " to " + to + " were removed."));
        long known = checkpoints.isEmpty() ? expected : Math.max(expected, checkpoints.lastKey());
        if (known > last) {
            found(last + 1, Finding.Kind.CUT_OFF, "Records " + (last + 1) + " to " + known + " were cut off.");
        } else if (expected == last && expectedHead != null && !expectedHead.equals(head)) {
            found(last, Finding.Kind.REWRITTEN, "The chain ends in another hash than it should.");
        }
    }

    /** The name of the chain. */
    public String chain() {
        return chain;
    }

    /** How many records were seen. */
    public long records() {
        return records;
    }

    /** How many checkpoints of this chain were compared. */
    public int checkpoints() {
        return checkpoints.size();
    }

    /** What was found, the first bad record first. */
    public List<Finding> findings() {
        return findings.stream()
                .sorted(java.util.Comparator.comparing(
                        Finding::sequence, java.util.Comparator.nullsLast(java.util.Comparator.naturalOrder())))
                .toList();
    }

    private void outOfOrder(long sequence) {
        var gap = gaps.floorEntry(sequence);
        if (gap == null || gap.getValue() < sequence) {
            found(sequence, Finding.Kind.DOUBLED, "Record " + sequence + " stands twice.");
            return;
        }
        found(sequence, Finding.Kind.REORDERED, "Record " + sequence + " does not stand in its place.");
        gaps.remove(gap.getKey());
        if (gap.getKey() < sequence) {
            gaps.put(gap.getKey(), sequence - 1);
        }
        if (sequence < gap.getValue()) {
            gaps.put(sequence + 1, gap.getValue());
        }
    }

    private void compareCheckpoints(long sequence, String sealed) {
        for (var checkpoint : checkpoints.getOrDefault(sequence, List.of())) {
            if (!checkpoint.head().equals(sealed)) {
                found(
                        sequence,
                        Finding.Kind.REWRITTEN,
                        "The checkpoint of " + checkpoint.at() + " names another hash for record " + sequence
                                + ": the chain was rebuilt.");
            }
        }
    }

    private void found(long sequence, Finding.Kind kind, String detail) {
        if (findings.size() < FINDINGS_MAX) {
            findings.add(new Finding(chain, sequence, kind, detail));
        }
    }
}
