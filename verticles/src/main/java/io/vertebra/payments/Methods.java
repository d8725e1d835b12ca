package io.vertebra.payments;

import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Payments.MethodRemoved;
import io.vertebra.contract.Payments.Refusal;
import io.vertebra.contract.PaymentsCharges.ChooseMethod;
import io.vertebra.contract.PaymentsCharges.GetSetup;
import io.vertebra.contract.PaymentsCharges.ListMethods;
import io.vertebra.contract.PaymentsCharges.PaymentMethod;
import io.vertebra.contract.PaymentsCharges.RefreshSetup;
import io.vertebra.contract.PaymentsCharges.RemoveMethod;
import io.vertebra.contract.PaymentsCharges.Setup;
import io.vertebra.contract.PaymentsCharges.SetupStatus;
import io.vertebra.contract.PaymentsCharges.StartSetup;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.UuidV7;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Backoff;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.payments.PaymentStore.Method;
import io.vertebra.payments.Provider.Counter;
import io.vertebra.payments.Seen.SetUp;
import io.vertebra.payments.SetupStore.Stored;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Payment methods on file: put there by a payment, or by their owner without one, and charged for what falls due later.
 */
final class Methods {
    private static final Logger LOG = LoggerFactory.getLogger(Methods.class);
    private static final Backoff SELDOM = new Backoff(Checkouts.LOOK, Duration.ofHours(1));
    /** Longer than any page at a provider stays open. */
    private static final int LOOKS_MAX = 60;

    private final Providers providers;
    private final PaymentsSettings settings;
    private final Clock clock;
    private final String origin;

    Methods(Providers providers, PaymentsSettings settings, Clock clock, URI publicUrl) {
        this.providers = providers;
        this.settings = settings;
        this.clock = clock;
        this.origin = publicUrl.toString().replaceFirst("/+$", "");
    }

    /** A page that was opened at the provider before the transaction. */
    record Opened(Stored setup, String customer) {}

    Future<Opened> open(Read read, StartSetup request) {
        var provider = providers.needed();
        var id = UuidV7.next(clock);
        var now = clock.instant();
        var expires = now.plus(settings.checkoutLifetime());
        var back = Checkouts.back(origin, request.returnPath(), "setup=" + id);
        var counter = new Counter("Payment method", back, back, expires, true);
        return Checkouts.customer(read, request.orgId(), provider)
                .compose(customer -> provider.setUp(read.call(), request.orgId(), id, customer, counter)
                        .recover(Providers::refused)
                        .map(opened -> new Opened(
                                new Stored(
                                        request.orgId(),
                                        id,
                                        provider.name(),
                                        SetupStatus.PENDING,
                                        opened.ref(),
                                        opened.url(),
                                        null,
                                        expires,
                                        0,
                                        now),
                                customer)));
    }

    Future<Setup> start(Work work, StartSetup request, Opened opened) {
        var setup = opened.setup();
        work.target("setupId:" + setup.id());
        return PaymentStore.insertCustomer(work, setup.orgId(), setup.provider(), opened.customer())
                .compose(noted ->
                        SetupStore.insert(work, setup, setup.createdAt().plus(Checkouts.LOOK)))
                .map(setup.shown());
    }

    Future<Setup> get(Read read, GetSetup request) {
        return found(read, request.orgId(), request.setupId()).map(Stored::shown);
    }

    private static Future<Stored> found(Read read, UUID orgId, UUID id) {
        return SetupStore.find(read, orgId, id).map(found -> found.orElseThrow(() -> Problem.notFound("setup")));
    }

    Future<SetUp> look(Read read, RefreshSetup request) {
        return found(read, request.orgId(), request.setupId()).compose(setup -> providers
                .named(setup.provider())
                .map(provider -> provider.setup(read.call(), setup.session()).recover(Providers::<SetUp>refused))
                .orElseGet(() ->
                        Future.failedFuture(Problem.of(Refusal.NO_PROVIDER, "It was begun at another provider."))));
    }

    Future<Setup> refresh(Work work, RefreshSetup request, SetUp seen) {
        return SetupStore.lock(work, request.orgId(), request.setupId())
                .map(found -> found.orElseThrow(() -> Problem.notFound("setup")))
                .compose(setup -> note(work, setup, seen))
                .map(Stored::shown);
    }

    /** Notes what a webhook led to; nothing for what is not ours. */
    static Future<Optional<Stored>> note(Work work, Provider provider, SetUp seen) {
        if (seen.orgId() == null || seen.setupId() == null) {
            return Future.succeededFuture(Optional.empty());
        }
        return SetupStore.lock(work, seen.orgId(), seen.setupId())
                .map(found -> found.filter(one -> one.provider().equals(provider.name())))
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : note(work, found.get(), seen).map(Optional::of));
    }

    private static Future<Stored> note(Work work, Stored setup, SetUp seen) {
        if (setup.over() || seen.status() == SetupStatus.PENDING) {
            return Future.succeededFuture(setup);
        }
        return Settlement.keep(work, setup.orgId(), setup.provider(), seen.card())
                .compose(kept -> SetupStore.end(work, setup, seen.status(), kept.orElse(null)));
    }

    /** Those of which nobody tells; a job. */
    Future<Void> run(Run run) {
        var provider = providers.active();
        return provider.isEmpty()
                ? Future.succeededFuture()
                : run.inWork(work ->
                                SetupStore.due(work, work.now(), provider.get().name()))
                        .compose(due -> Future.join(due.stream()
                                        .map(setup -> step(run, provider.get(), setup))
                                        .toList())
                                .mapEmpty());
    }

    private Future<Void> step(Run run, Provider provider, Stored setup) {
        var closed = clock.instant().isAfter(setup.expiresAt())
                ? provider.close(run.call(), setup.session())
                : Future.<Void>succeededFuture();
        return closed.compose(done -> provider.setup(run.call(), setup.session()))
                .compose(seen -> run.inWork(work -> note(work, provider, seen)))
                .map(noted -> noted.filter(Stored::over).isPresent())
                .otherwise(failure -> {
                    LOG.warn("Setup {} waits: {}", setup.id(), failure.getMessage());
                    return false;
                })
                .compose(over -> over ? Future.succeededFuture() : later(run, setup));
    }

    private static Future<Void> later(Run run, Stored setup) {
        int looks = setup.failures() + 1;
        return run.inWork(work -> SetupStore.later(
                        work, setup, looks >= LOOKS_MAX ? null : work.now().plus(SELDOM.after(looks))))
                .mapEmpty();
    }

    Future<Page<PaymentMethod>> list(Read read, ListMethods request) {
        return PaymentStore.methods(read, request.orgId())
                .map(all -> new Page<>(all.stream().map(Method::shown).toList(), null));
    }

    Future<PaymentMethod> choose(Work work, ChooseMethod request) {
        return PaymentStore.setDefault(work, request.orgId(), request.methodId())
                .map(Method::shown);
    }

    /** At the provider first: a card that is gone here is not kept there. */
    Future<Method> detach(Read read, RemoveMethod request) {
        return PaymentStore.findMethod(read, request.orgId(), request.methodId())
                .map(found -> found.orElseThrow(() -> Problem.notFound("payment method")))
                .compose(method -> providers
                        .named(method.shown().provider())
                        .map(provider -> provider.detach(read.call(), method.ref())
                                .recover(Providers::<Void>refused)
                                .map(method))
                        .orElseGet(() -> Future.succeededFuture(method)));
    }

    Future<Nothing> remove(Work work, RemoveMethod request, Method method) {
        work.emit(new MethodRemoved(request.orgId(), request.methodId()));
        return PaymentStore.removeMethod(work, request.orgId(), request.methodId())
                .map(Nothing.NOTHING);
    }
}
