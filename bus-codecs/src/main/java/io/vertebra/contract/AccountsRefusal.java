package io.vertebra.contract;

import io.vertebra.bus.ProblemType;
import java.util.Locale;

/** What accounts refuses beyond the problems that every operation may answer with. */
public enum AccountsRefusal implements ProblemType {
    CREDENTIALS_INVALID(
            401,
            "Address and password do not match",
            "The address is not registered or not verified yet, or the password is wrong; which of these is not said."),
    REFRESH_TOKEN_INVALID(
            401, "The refresh token does not work", "It was used up, its session ended or it expired. Sign in again."),
    LINK_INVALID(
            422,
            "The link does not work",
            "It was used already, it is too old, or a part of it was lost. Ask for a new mail.");

    private final int status;
    private final String title;
    private final String meaning;

    AccountsRefusal(int status, String title, String meaning) {
        this.status = status;
        this.title = title;
        this.meaning = meaning;
    }

    @Override
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
