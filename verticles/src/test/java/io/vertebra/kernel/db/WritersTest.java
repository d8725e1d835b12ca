package io.vertebra.kernel.db;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Problem;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two roles on one event loop; of eight connections two read, and each role has the right to one that writes. */
class WritersTest {
    private static final int WRITING = 6;
    private static final int ALONE = 5;

    private final Vertx vertx = Vertx.vertx();
    private final Servers.Database database = Servers.freshDatabase();
    private final Budget budget = Budget.of(settings(), 1, 2);
    private final Writers one = writers(Duration.ofSeconds(30));
    private final Writers other = writers(Duration.ofSeconds(30));

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private static DatabaseSettings settings() {
        var set = Map.of("database.connections-max", "8", "database.writers-max", "10", "database.readers", "1");
        return TestPlatform.configuration("postgresql://u:p@localhost/d", "redis://localhost", set)
                .section("database", DatabaseSettings.class);
    }

    private Writers writers(Duration timeout) {
        var pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(ALONE + 1))
                .connectingTo(database.owner())
                .using(vertx)
                .build();
        return new Writers(vertx, pool, budget, 2, timeout);
    }

    private static List<SqlConnection> take(Writers from, int times) {
        List<SqlConnection> taken = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            taken.add(await(from.take()));
        }
        return taken;
    }

    @Test
    void who_is_alone_takes_all_but_what_the_other_has_a_right_to() {
        take(one, ALONE);
        var sixth = one.take();
        var own = take(other, 1);
        assertThat(one.size() + other.size()).isEqualTo(WRITING);
        assertThat(sixth.isComplete()).isFalse();
        assertThat(own).hasSize(1);
    }

    @Test
    void whoever_waits_is_served_in_order_and_by_the_same_connections() {
        var taken = take(one, ALONE);
        var first = one.take();
        var second = one.take();
        await(Future.all(taken.stream().map(one::giveBack).toList()));
        await(Future.all(first, second));
        assertThat(one.size()).isEqualTo(ALONE);
    }

    @Test
    void who_has_more_than_its_part_leaves_connections_to_others_that_wait() {
        var many = take(one, ALONE);
        var own = take(other, 1).getFirst();
        var second = other.take();
        await(one.giveBack(many.getFirst()));
        await(other.giveBack(own));
        await(second);
        await(other.take());
        assertThat(one.size()).isEqualTo(ALONE - 1);
        assertThat(other.size()).isEqualTo(2);
    }

    @Test
    void too_many_that_wait_and_those_that_wait_too_long_are_refused() {
        take(one, ALONE);
        one.take();
        one.take();
        assertThat(failure(one.take())).isInstanceOf(Problem.class).hasMessageContaining("wait for the database");
        var hasty = writers(Duration.ofMillis(1));
        take(hasty, 1);
        assertThat(failure(hasty.take())).isInstanceOf(Problem.class).hasMessageContaining("wait for the database");
    }

    @Test
    void a_connection_that_cannot_be_made_leaves_its_place_free() {
        var nowhere = PgBuilder.pool()
                .connectingTo(database.owner().setPort(1))
                .using(vertx)
                .build();
        var lost = new Writers(vertx, nowhere, budget, 2, Duration.ofSeconds(30));
        failure(lost.take());
        failure(lost.take());
        assertThat(lost.isBusy()).isFalse();
    }
}
