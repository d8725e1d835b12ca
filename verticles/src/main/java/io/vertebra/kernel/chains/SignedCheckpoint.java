package io.vertebra.kernel.chains;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A signed statement that a chain had this head at this length.
 *
 * @param head the hash of the record at {@code sequence}, in hex
 * @param keyId the key that signed, see {@link CheckpointKey}
 * @param signature Ed25519 over the canonical statement, in base64
 */
public record SignedCheckpoint(UUID chain, long sequence, String head, Instant at, String keyId, String signature) {
    private static final String ALGORITHM = "Ed25519";

    /** Signs a statement. */
    public static SignedCheckpoint sign(
            UUID chain, long sequence, String head, Instant at, String keyId, PrivateKey key) {
        try {
            var signer = Signature.getInstance(ALGORITHM);
            signer.initSign(key);
            var unsigned = new SignedCheckpoint(chain, sequence, head, at, keyId, "");
            signer.update(CanonicalJson.bytes(unsigned.statement()));
            var signature = Base64.getEncoder().encodeToString(signer.sign());
            return new SignedCheckpoint(chain, sequence, head, at, keyId, signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The checkpoint could not be signed.", e);
        }
    }

    /** Whether this key signed this statement. */
    public boolean isSignedBy(PublicKey key) {
        try {
            var verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(CanonicalJson.bytes(statement()));
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** The line of an export or of a checkpoint file. */
    public String line() {
        var line = new LinkedHashMap<>(statement());
        line.put("signature", signature);
        return CanonicalJson.text(line);
    }

    private Map<String, Object> statement() {
        var statement = new LinkedHashMap<String, Object>();
        statement.put("type", "checkpoint");
        statement.put("chain", chain.toString());
        statement.put("sequence", sequence);
        statement.put("head", head);
        statement.put("at", at.toString());
        statement.put("keyId", keyId);
        return statement;
    }
}
