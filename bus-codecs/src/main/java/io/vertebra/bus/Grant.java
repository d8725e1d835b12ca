package io.vertebra.bus;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the door granted a caller for one operation: the scope in which the permission was found to hold. Row-level
 * security sees exactly this scope; without a grant it sees none.
 *
 * @param orgId the org in which the permission holds; null for the whole platform
 * @param projectId the project within the org; null for the whole org
 * @param permission the permission that was checked
 * @param role the role that gave it, for the audit record
 */
public record Grant(@Nullable UUID orgId, @Nullable UUID projectId, String permission, String role) {}
