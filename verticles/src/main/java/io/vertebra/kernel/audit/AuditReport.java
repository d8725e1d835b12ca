package io.vertebra.kernel.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * The outcome of a verification.
 *
 * @param chains each chain that has records in the files
 * @param findings everything that does not fit
 * @param keyIds the keys that the checkpoints are signed with; compare them with the ids that you noted
 */
public record AuditReport(List<Verified> chains, List<Finding> findings, List<String> keyIds) {
    /** One chain: how many records and checkpoints it has. */
    public record Verified(String chain, long records, int checkpoints) {}

    /** Whether nothing was changed, removed, reordered or cut off. */
    public boolean intact() {
        return findings.isEmpty() && !chains.isEmpty();
    }

    /** The report for people, line by line. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        chains.forEach(one -> lines.add(
                "chain %s: %d records, %d checkpoints".formatted(one.chain(), one.records(), one.checkpoints())));
        keyIds.forEach(id -> lines.add("signed with key " + id + " (compare with the id you noted)"));
        if (chains.isEmpty()) {
            lines.add("no export is in these files");
        } else if (chains.stream().allMatch(one -> one.checkpoints() == 0)) {
            lines.add("note: without a checkpoint, records cut off from the end cannot be told");
        }
        findings.forEach(finding -> lines.add(finding.kind() + ": " + finding.detail()
                + (finding.chain() == null ? "" : " (chain " + finding.chain() + ")")));
        lines.add(intact() ? "intact" : "NOT INTACT");
        return lines;
    }
}
