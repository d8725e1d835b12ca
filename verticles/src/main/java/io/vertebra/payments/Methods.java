package io.vertebra.payments;

import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Payments.MethodRemoved;
import io.vertebra.contract.PaymentsCharges.ChooseMethod;
import io.vertebra.contract.PaymentsCharges.ListMethods;
import io.vertebra.contract.PaymentsCharges.PaymentMethod;
import io.vertebra.contract.PaymentsCharges.RemoveMethod;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.payments.PaymentStore.Method;
import io.vertx.core.Future;

/** Payment methods on file. They were put there by a payment, and are charged for what falls due later. */
final class Methods {
    private final Providers providers;

    Methods(Providers providers) {
        this.providers = providers;
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
