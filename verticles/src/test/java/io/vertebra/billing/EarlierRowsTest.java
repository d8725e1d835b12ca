package io.vertebra.billing;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Subscriptions that were there before a migration: what was charged is found, and what they allow is told once. */
class EarlierRowsTest {
    private static final String BEFORE = """
            ALTER TABLE billing.subscriptions DROP COLUMN charged_invoice, DROP COLUMN outstanding, DROP COLUMN told;
            ALTER TABLE billing.invoices DROP COLUMN given_back, DROP COLUMN replaces, DROP COLUMN applied,
                DROP COLUMN granted, DROP COLUMN returned;
            ALTER TABLE billing.rated_usage DROP COLUMN forgiven;""";
    private static final String LINE = """
            {"kind":"recurring","until":"2027-04-01T10:00:00Z","amount":{"amount":1000,"currency":"EUR"}}""";

    private static Shop shop;
    private static PgConnection owner;

    @BeforeAll
    static void start() {
        shop = new Shop();
        shop.sell("/products", "{\"code\":\"api\",\"name\":\"API\"}").expect(200);
        shop.sell("/plans", """
                {"code":"old","name":"Old","product":"api","interval":"month","prices":[
                  {"code":"base","name":"Old","currency":"EUR","model":"flat","unitAmount":1000}],
                 "entitlements":{"projects":3}}""").expect(200);
        owner = await(PgConnection.connect(
                shop.platform.platform().vertx(), shop.platform.database().owner()));
    }

    @AfterAll
    static void stop() {
        await(owner.close());
        shop.close();
    }

    private static void run(String sql) {
        await(owner.query(sql).execute());
    }

    private static String text(String sql) {
        return await(owner.query(sql).execute()).iterator().next().getString(0);
    }

    private static String migration(String name) throws IOException {
        try (var files = Files.list(Path.of("../sql/billing"))) {
            return Files.readString(files.filter(file -> file.toString().endsWith(name))
                    .findFirst()
                    .orElseThrow());
        }
    }

    private static UUID earlier(String status, String invoiceStatus) {
        var id = UUID.randomUUID();
        var invoice = UUID.randomUUID();
        run("""
                INSERT INTO billing.subscriptions (org_id, id, plan, plan_version, currency, quantity, status,
                    started_at, anchor_at, period, period_start, period_end, usage_start, charged_plan,
                    charged_version, charged_quantity)
                VALUES ('%1$s', '%2$s', 'old', 1, 'EUR', 1, '%3$s', '2027-03-01T10:00Z', '2027-03-01T10:00Z', 1,
                    '2027-03-01T10:00Z', '2027-04-01T10:00Z', '2027-03-01T10:00Z', 'old', 1, 1);
                INSERT INTO billing.invoices (org_id, id, number, status, subscription_id, currency, profile, subtotal,
                    tax, created_at, issued_at) VALUES ('%1$s', '%4$s', '%4$s', '%5$s', '%2$s', 'EUR', '{}', 1000, 0,
                    '2027-03-01T10:00Z', '2027-03-01T10:00Z');
                INSERT INTO billing.invoice_lines (org_id, invoice_id, position, line)
                VALUES ('%1$s', '%4$s', 1, '%6$s')""".formatted(shop.org, id, status, invoice, invoiceStatus, LINE));
        return id;
    }

    private static String charged(UUID id) {
        return text("SELECT concat_ws(' ', charged_plan, (charged_invoice IS NOT NULL)::text, outstanding::text)"
                + " FROM billing.subscriptions WHERE id = '" + id + "'");
    }

    @Test
    void what_was_charged_is_found_and_what_is_allowed_is_told_once() throws IOException {
        run(BEFORE);
        var open = earlier("active", "open");
        var voided = earlier("active", "void");
        var paused = earlier("paused", "paid");

        run(migration("billing_claims.sql"));
        run(migration("billing_told.sql"));
        run(migration("billing_sources.sql"));

        assertThat(charged(open)).isEqualTo("old true false");
        assertThat(charged(voided)).isEqualTo("false false");
        assertThat(charged(paused)).isEqualTo("old true false");
        var job = "billing.tell-entitlements";
        run("SELECT jobs.submit('" + job + "', '" + job + "', '', now())");
        Shop.until(shop.platform, () -> text("SELECT count(*)::text FROM billing.subscriptions WHERE NOT told")
                .equals("0"));
        assertThat(shop.told("EntitlementsChanged")).isEqualTo(2);
    }
}
