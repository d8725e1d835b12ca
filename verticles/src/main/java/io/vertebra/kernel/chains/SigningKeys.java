package io.vertebra.kernel.chains;

import io.vertebra.kernel.chains.ChainStore.SealedKey;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.secrets.Vault;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys that sign checkpoints: kept in the database, the private half sealed under a key of the master secret. */
public final class SigningKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
    private static final String ALGORITHM = "Ed25519";

    private final Vault vault;
    private final ChainStore store;

    /** The keys of these chains. */
    public SigningKeys(Vault vault, ChainStore store) {
        this.vault = vault;
        this.store = store;
    }

    /** A key that can sign. */
    record Signer(CheckpointKey key, PrivateKey secret) {}

    /** The newest key; a new one when there is none, or when the master secret is another since. */
    Future<Signer> current(Work work) {
        return store.newestKey(work).compose(found -> {
            if (found.isPresent()) {
                try {
                    return Future.succeededFuture(open(found.get()));
                } catch (IllegalArgumentException e) {
                    LOG.warn("The key that signs checkpoints was sealed under another master secret; making a new one");
                }
            }
            return store.insert(work, create()).map(this::open);
        });
    }

    private SealedKey create() {
        try {
            var pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            var key = CheckpointKey.of(pair.getPublic().getEncoded());
            return new SealedKey(key, vault.seal(pair.getPrivate().getEncoded(), place(key)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK lacks " + ALGORITHM, e);
        }
    }

    private Signer open(SealedKey sealed) {
        try {
            var encoded = vault.open(sealed.sealedPrivate(), place(sealed.key()));
            return new Signer(
                    sealed.key(), KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an Ed25519 key", e);
        }
    }

    private byte[] place(CheckpointKey key) {
        return (store.schema() + ".keys/" + key.id()).getBytes(StandardCharsets.UTF_8);
    }
}
