package io.vertebra.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {
    private static final PasswordRules RULES = new PasswordRules(15);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a tin cup of rain",
                "correct horse battery kettle",
                "Tr0ub4dor&3-extended",
                "x7#kQ9v!mW2pL5zRt",
                "пароль-и-ещё-немного-слов",
                "纸船顺着小河漂向远方的海洋去了吧",
                "            spaces count too",
                "purple monkey dishwasher",
            })
    void long_and_unusual_is_enough(String password) {
        assertThat(RULES.problem("/password", password, "ada@example.org", "Ada Lovelace"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "short",
                "14characters..",
                "passwordpassword",
                "password12345678",
                "P@ssw0rd!P@ssw0rd!",
                "Password123!Admin",
                "aaaaaaaaaaaaaaaaaaaa",
                "abababababababab",
                "123456789012345",
                "abcdefghijklmnop",
                "qwertyuiopasdfghjkl",
                "qwertyuiop1234567890",
                "1qaz2wsx3edc4rfv",
                "AdaLovelace2026!!",
                "lovelace-ada-example",
                "vertebra-vertebra",
                "vertebra12345678",
                "letmein-letmein-1",
                "iloveyou20202020",
                "welcome-admin-2026",
                "correcthorsebatterystaple",
                "987654321098765",
            })
    void what_is_tried_first_is_refused(String password) {
        var problem = RULES.problem("/password", password, "ada@example.org", "Ada Lovelace");
        assertThat(problem).isNotNull();
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.errors()).singleElement().satisfies(error -> {
            assertThat(error.pointer()).isEqualTo("/password");
            assertThat(error.detail()).doesNotContain(password);
        });
    }
}
