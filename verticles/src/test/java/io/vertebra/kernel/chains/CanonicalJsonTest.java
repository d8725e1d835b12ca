package io.vertebra.kernel.chains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    /** The strings and the order of RFC 8785, sections 3.2.2 and 3.2.3. */
    @Test
    void the_examples_of_the_standard() {
        assertThat(CanonicalJson.text(Map.of("string", "€$\u000F\nA'B\"\\\\\"/")))
                .isEqualTo("{\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
        var names = new LinkedHashMap<String, String>();
        names.put("€", "Euro Sign");
        names.put("\r", "Carriage Return");
        names.put("\uFB33", "Hebrew Letter Dalet With Dagesh");
        names.put("1", "One");
        names.put("\uD83D\uDE00", "Emoji: Grinning Face");
        names.put("\u0080", "Control");
        names.put("ö", "Latin Small Letter O With Diaeresis");
        assertThat(CanonicalJson.text(names))
                .isEqualTo("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
                        + "\"\uD83D\uDE00\":\"Emoji: Grinning Face\","
                        + "\"\uFB33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    @Test
    void numbers_literals_and_lists() {
        var list = new java.util.ArrayList<>(List.of(1, 9_007_199_254_740_991L, true, "a"));
        list.add(null);
        assertThat(CanonicalJson.text(list)).isEqualTo("[1,9007199254740991,true,\"a\",null]");
    }

    @Test
    void what_has_no_exact_form_is_refused() {
        assertThatThrownBy(() -> CanonicalJson.text(9_007_199_254_740_992L)).hasMessageContaining("2^53");
        assertThatThrownBy(() -> CanonicalJson.text(1.5)).hasMessageContaining("Double");
    }
}
