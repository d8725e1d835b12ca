package io.vertebra.orgs;

import jakarta.validation.constraints.Min;

/** The section {@code orgs}; each key is documented in {@code conf/vertebra.yaml}. */
record OrgsSettings(@Min(1) int invitationsPerAddressPerHour) {}
