package io.vertebra.access;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The built-in roles. Rules are read from left to right and the last one that matches decides; {@code +} gives,
 * {@code -} takes, {@code *} stands for any run of characters. What no rule matches is not given.
 */
enum BuiltInRole {
    OWNER("Everything in the org, its deletion included.", "+*"),
    ADMIN("Everything in the org but its deletion.", "+*", "-orgs.org.admin"),
    MEMBER(
            "Reads what the org works on and works on its projects.",
            "+*.read",
            "-access.*",
            "-audit.*",
            "-billing.*",
            "-payments.*",
            "+orgs.projects.write"),
    VIEWER("Reads the org, its members, its projects and what happens in them.", "+orgs.*.read", "+events.*.read"),
    BILLING("Reads the org and settles what it pays.", "+orgs.org.read", "+billing.*", "+payments.*");

    private final String meaning;
    private final List<Rule> rules;

    BuiltInRole(String meaning, String... rules) {
        this.meaning = meaning;
        this.rules = List.of(rules).stream().map(Rule::of).toList();
    }

    /** What the role is for, in a sentence. */
    String meaning() {
        return meaning;
    }

    /** Its name in JSON and in the audit record. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Those of the given permissions that the role bundles. */
    SortedSet<String> of(Iterable<String> permissions) {
        var held = new TreeSet<String>();
        for (var permission : permissions) {
            if (gives(permission)) {
                held.add(permission);
            }
        }
        return held;
    }

    private boolean gives(String permission) {
        boolean given = false;
        for (var rule : rules) {
            if (rule.pattern.matcher(permission).matches()) {
                given = rule.gives;
            }
        }
        return given;
    }

    private record Rule(boolean gives, Pattern pattern) {
        static Rule of(String text) {
            var pattern = text.substring(1).replace(".", "\\.").replace("*", ".*");
            return new Rule(text.charAt(0) == '+', Pattern.compile(pattern));
        }
    }
}
