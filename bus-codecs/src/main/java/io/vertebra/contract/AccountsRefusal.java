package io.vertebra.contract;

import io.vertebra.bus.ProblemType;

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

    private final About about;

    AccountsRefusal(int status, String title, String meaning) {
        this.about = new About(status, title, meaning);
    }

    @Override
    public About about() {
        return about;
    }
}
