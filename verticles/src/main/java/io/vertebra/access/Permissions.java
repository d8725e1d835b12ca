package io.vertebra.access;

import io.vertebra.bus.AccessRule;
import io.vertebra.bus.Contracts;
import io.vertebra.contract.Access.ListPermissions;
import io.vertebra.contract.Access.Permission;
import io.vertebra.contract.Access.PermissionCatalogue;
import io.vertebra.contract.Access.PermissionScope;
import io.vertebra.kernel.db.Read;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The catalogue of permissions: all that an operation with a route, an event or a topic of the contracts names.
 * Permissions of internal operations are not in it, since only services of the platform hold them.
 */
final class Permissions {
    private static final String PLATFORM = "platform.";

    private final PermissionCatalogue catalogue;

    Permissions(Contracts contracts) {
        var found = new TreeMap<String, Permission>();
        for (var operation : contracts.operations()) {
            if (operation.rule().kind() == AccessRule.Kind.NEEDS && operation.route() != null) {
                entry(found, Objects.requireNonNull(operation.rule().permission()))
                        .operations()
                        .add(operation.name());
            }
        }
        for (var event : contracts.events()) {
            entry(found, event.permission()).events().add(event.name());
        }
        contracts.topics().forEach(topic -> entry(found, topic.permission()));
        this.catalogue = new PermissionCatalogue(List.copyOf(found.values()));
    }

    private static Permission entry(SortedMap<String, Permission> found, String name) {
        return found.computeIfAbsent(
                name, missing -> new Permission(missing, scope(missing), new ArrayList<>(), new ArrayList<>()));
    }

    private static PermissionScope scope(String name) {
        return name.startsWith(PLATFORM) ? PermissionScope.PLATFORM : PermissionScope.ORG;
    }

    /** The names of all permissions that hold in this scope, sorted. */
    List<String> names(PermissionScope scope) {
        return catalogue.permissions().stream()
                .filter(permission -> permission.scope() == scope)
                .map(Permission::name)
                .toList();
    }

    Future<PermissionCatalogue> list(Read read, ListPermissions request) {
        return Future.succeededFuture(catalogue);
    }
}
