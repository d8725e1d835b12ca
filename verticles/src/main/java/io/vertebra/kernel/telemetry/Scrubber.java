package io.vertebra.kernel.telemetry;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Takes secrets and personal data out of every text that leaves the process as a log line or a span: tokens, keys,
 * passwords, cookies, credentials in addresses, e-mail addresses. The one place that decides it.
 */
public final class Scrubber {
    private static final int LONG_RUN = 16;
    private static final String HIDDEN = "(hidden)";

    private static final Pattern PRIVATE_KEY = Pattern.compile(
            "-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", Pattern.DOTALL);
    private static final Pattern CREDENTIALS = Pattern.compile("://[^/@\\s:]*:[^/@\\s]*@");
    private static final Pattern EMAIL = Pattern.compile(
            "[\\p{L}\\p{N}._%+'-]{1,64}(?:@|%40)[\\p{L}\\p{N}-]{1,63}+(?:\\.[\\p{L}\\p{N}-]{1,63}+){1,9}+");
    private static final Pattern SCHEME = Pattern.compile(
            "\\b(Bearer|Basic|ApiKey)\\s+(?=\\S*[\\d=])[A-Za-z0-9._~+/=-]{6,}", Pattern.CASE_INSENSITIVE);
    private static final Pattern JWT = Pattern.compile("\\beyJ[A-Za-z0-9_-]{5,}(?:\\.[A-Za-z0-9_-]*){1,4}");
    /** Names whose value is hidden, as JSON, as a form or query field, as a header, as a record's component. */
    private static final Pattern NAMED = Pattern.compile(
            "((?:password|passwd|passphrase|pwd|secret|token|apikey|api[_-]key|private[_-]?key"
                    + "|client[_-]?secret|access[_-]?token|refresh[_-]?token|authorization|set-cookie|cookie|otp|csrf)"
                    + "(?:Hash)?[\"']?\\s*[=:]\\s*)"
                    + "(?:\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|'[^']*'"
                    + "|(?!\\(hidden\\)|null\\b|\\(none\\))[^\\s,;&})\\]\"']+)",
            Pattern.CASE_INSENSITIVE);
    /** Long random text: at least 40 letters and digits of all kinds. Ids, digests and trace ids are plain hex. */
    private static final Pattern RANDOM = Pattern.compile(
            "(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*\\d)[A-Za-z0-9_-]{40,}");

    private static final Pattern NAMES = Pattern.compile(
            "pass|pwd|secret|token|key|authorization|cookie|otp|csrf|bearer|basic|apikey", Pattern.CASE_INSENSITIVE);

    private Scrubber() {}

    /** The text without secrets and personal data. */
    public static String scrub(String text) {
        var clean = text;
        if (text.indexOf('@') >= 0 || text.contains("%40")) {
            clean = CREDENTIALS.matcher(clean).replaceAll("://" + HIDDEN + "@");
            clean = EMAIL.matcher(clean).replaceAll("(e-mail)");
        }
        if (NAMES.matcher(clean).find()) {
            clean = PRIVATE_KEY.matcher(clean).replaceAll("(private key)");
            clean = SCHEME.matcher(clean).replaceAll("$1 " + HIDDEN);
            clean = NAMED.matcher(clean).replaceAll("$1" + HIDDEN);
        }
        if (hasLongRun(clean)) {
            clean = JWT.matcher(clean).replaceAll("(token)");
            clean = RANDOM.matcher(clean).replaceAll(HIDDEN);
        }
        return clean;
    }

    /** The value of a field without secrets and personal data; under a secret's name it is hidden, whatever it is. */
    public static String value(String name, String value) {
        return isSecretName(name) ? HIDDEN : scrub(value);
    }

    private static boolean isSecretName(String name) {
        return NAMED.matcher(name.toLowerCase(Locale.ROOT) + "=x").find();
    }

    /** Whether there is a run of token characters long enough to be worth a closer look; most texts have none. */
    private static boolean hasLongRun(String text) {
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean part = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
            run = part ? run + 1 : 0;
            if (run >= LONG_RUN) {
                return true;
            }
        }
        return false;
    }
}
