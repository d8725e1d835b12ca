package io.vertebra.kernel.config;

/**
 * One thing that is wrong in the configuration.
 *
 * @param key the key, {@code http.port}; or the variable or file where there is no key
 * @param where where the value was given, {@code conf/production.yaml:12}
 * @param what what is wrong, in words that follow the key; never the value of a secret
 */
public record Mistake(String key, String where, String what) {
    @Override
    public String toString() {
        return key + " " + what + (where.isEmpty() ? "" : " (" + where + ")");
    }
}
