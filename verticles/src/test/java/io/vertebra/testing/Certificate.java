package io.vertebra.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for this machine, made by the JDK's keytool, as PEM files and as what a client trusts.
 *
 * @param chain the file of the certificate
 * @param key the file of the private key
 */
public record Certificate(Path chain, Path key, SSLContext trust) {
    private static final String NAME = "door";
    private static final String PASSWORD = "not-a-secret";
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** Makes one in this folder. */
    public static Certificate in(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        var file = folder.resolve("door.p12");
        keytool(file);
        var store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        var certificate = store.getCertificate(NAME);
        var chain = pem(folder.resolve("chain.pem"), "CERTIFICATE", certificate.getEncoded());
        var key = pem(
                folder.resolve("key.pem"),
                "PRIVATE KEY",
                store.getKey(NAME, PASSWORD.toCharArray()).getEncoded());
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(NAME, certificate);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return new Certificate(chain, key, context);
    }

    private static void keytool(Path file) throws IOException, InterruptedException {
        var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command = List.of(
                tool,
                "-genkeypair",
                "-alias",
                NAME,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString());
        var process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException("keytool made no certificate");
        }
    }

    private static Path pem(Path file, String what, byte[] der) throws IOException {
        var text = "-----BEGIN " + what + "-----\n" + PEM.encodeToString(der) + "\n-----END " + what + "-----\n";
        return Files.writeString(file, text);
    }
}
