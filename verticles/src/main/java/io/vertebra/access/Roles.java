package io.vertebra.access;

import io.vertebra.contract.Access.ListRoles;
import io.vertebra.contract.Access.PermissionScope;
import io.vertebra.contract.Access.Rights;
import io.vertebra.contract.Access.RoleBundle;
import io.vertebra.contract.Access.RoleCatalogue;
import io.vertebra.kernel.db.Read;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The roles and what each bundles, worked out once from the catalogue. */
final class Roles {
    /** What operators of the platform are. */
    static final String OPERATOR = "operator";

    private static final Rights NONE = new Rights(null, Set.of());

    private final RoleCatalogue catalogue;
    private final Map<String, Rights> rights = new LinkedHashMap<>();
    private final Rights operator;

    Roles(Permissions permissions) {
        var inOrg = permissions.names(PermissionScope.ORG);
        this.catalogue = new RoleCatalogue(Arrays.stream(BuiltInRole.values())
                .map(role -> new RoleBundle(role.label(), role.meaning(), role.of(inOrg)))
                .toList());
        catalogue.roles().forEach(role -> rights.put(role.name(), new Rights(role.name(), role.permissions())));
        this.operator = new Rights(OPERATOR, new TreeSet<>(permissions.names(PermissionScope.PLATFORM)));
    }

    /** What a role gives in its org; nothing without one. */
    Rights rights(@Nullable String role) {
        return role == null ? NONE : rights.getOrDefault(role, NONE);
    }

    /** What operators may do on the platform. */
    Rights operator() {
        return operator;
    }

    Future<RoleCatalogue> list(Read read, ListRoles request) {
        return Future.succeededFuture(catalogue);
    }
}
