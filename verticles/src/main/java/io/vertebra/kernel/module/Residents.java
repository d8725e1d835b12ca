package io.vertebra.kernel.module;

import io.vertebra.bus.Call;
import io.vertebra.bus.Event;
import io.vertebra.bus.Grant;
import io.vertebra.kernel.backup.Backups;
import io.vertebra.kernel.config.BackupSettings;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.kernel.config.EventsSettings;
import io.vertebra.kernel.config.JobsSettings;
import io.vertebra.kernel.config.Role;
import io.vertebra.kernel.db.Action;
import io.vertebra.kernel.db.Db;
import io.vertebra.kernel.db.DomainDb;
import io.vertebra.kernel.db.Transactions;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.Follow;
import io.vertebra.kernel.events.Readers;
import io.vertebra.kernel.jobs.Jobs;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.secrets.MasterSecret;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The domains of a node at work: their stations, readers and jobs. */
final class Residents {
    private static final Duration MAINTENANCE = Duration.ofMinutes(1);

    private final Foundation on;
    private final Modules modules;
    private @Nullable Readers readers;
    private @Nullable Jobs jobs;

    Residents(Foundation on, Modules modules) {
        this.on = on;
        this.modules = modules;
    }

    /** Opens every instance of every domain, in the order of their dependencies, then readers and jobs. */
    Future<?> start() {
        return on.loops()
                .on(0, () -> {
                    modules.load(this::wired);
                    modules.inOrder()
                            .forEach(module ->
                                    module.wired().constraints().forEach(on.db().domain(module.name())::constraint));
                    modules.inOrder().forEach(module -> module.reached(ModuleState.MIGRATED));
                    return Future.succeededFuture();
                })
                .compose(loaded -> does(Role::answers) ? stations() : Future.succeededFuture())
                .compose(open -> on.loops().on(0, this::followers))
                .compose(open -> on.loops().on(0, this::workers))
                .onSuccess(running -> modules.inOrder().forEach(module -> module.reached(ModuleState.READY)));
    }

    private Wired wired(String domain) {
        return new Wired(domain, on.kit(), () -> on.db().domain(domain));
    }

    private Future<?> stations() {
        Future<?> done = Future.succeededFuture();
        for (var module : modules.inOrder()) {
            var opening = new ArrayList<Future<?>>();
            for (int i = 0; i < on.loops().size(); i++) {
                int instance = i;
                opening.add(on.loops().on(i, () -> station(module, instance)));
            }
            var all = Future.all(opening);
            done = done.compose(before -> all).onSuccess(open -> module.reached(ModuleState.STARTED));
        }
        return done;
    }

    private Future<Void> station(Module module, int instance) {
        var wired = instance == 0 ? module.wired() : module.open(this::wired);
        on.board().open(module.name(), on.loops().size(), wired.answerers());
        return Future.succeededFuture();
    }

    private boolean does(Predicate<Role> duty) {
        return Role.any(on.app().roles(), duty);
    }

    private Future<?> followers() {
        if (!does(Role::reads)) {
            return Future.succeededFuture();
        }
        var following = new Readers(new Readers.Surroundings(
                on.vertx(),
                on.contracts(),
                on.db().kernel(),
                on.wake(),
                on.configuration().section("events", EventsSettings.class),
                on.telemetry().meters(),
                on.health(),
                on.telemetry().tracing(),
                on.errors(),
                on.clock()));
        modules.inOrder().forEach(module -> follow(module, following));
        readers = following;
        return following.start();
    }

    private Future<?> workers() {
        if (!does(Role::runsJobs)) {
            return Future.succeededFuture();
        }
        var running = new Jobs(new Jobs.Surroundings(
                on.vertx(),
                on.db().kernel(),
                on.configuration().section("jobs", JobsSettings.class),
                on.node(),
                on.telemetry().meters(),
                on.health(),
                on.errors(),
                on.clock()));
        for (var module : modules.inOrder()) {
            module.wired().jobs().forEach(job -> add(module, job, running));
        }
        if (!modules.names().isEmpty()) {
            var any = transactions(modules.inOrder().getFirst().name(), "events.maintain");
            running.add("kernel", "maintain-events", Schedule.each(MAINTENANCE), any, run -> on.log()
                    .maintain());
        }
        backups(running);
        jobs = running;
        return running.start();
    }

    /** Only where a node has a folder for them; of several such nodes one takes each backup. */
    private void backups(Jobs running) {
        var settings = on.configuration().section("backup", BackupSettings.class);
        if (settings.folder().isEmpty()) {
            return;
        }
        var database = on.configuration().section("database", DatabaseSettings.class);
        var backups = new Backups(
                on.vertx(),
                settings,
                database,
                new MasterSecret(on.app().masterSecret().bytes()),
                on.clock());
        running.add("kernel", "backup", backups.schedule(), transactions(Db.KERNEL, "kernel.backup"), backups::due);
    }

    private void add(Module module, Wired.Repeated job, Jobs running) {
        var work = transactions(module.name(), module.name() + "." + job.name());
        running.add(module.name(), job.name(), job.schedule(), work, run -> job.job()
                .run(run));
    }

    private void follow(Module module, Readers following) {
        var byReader = new LinkedHashMap<String, List<Wired.Following<?>>>();
        for (var one : module.wired().followings()) {
            byReader.computeIfAbsent(one.reader(), any -> new ArrayList<>()).add(one);
        }
        byReader.forEach((reader, all) -> {
            var follows = new ArrayList<Follow<?>>();
            all.forEach(one -> follows.add(follow(one)));
            var work = transactions(module.name(), module.name() + "." + reader);
            following.add(module.name(), reader, all.getFirst().from(), follows, work);
        });
    }

    private static <E extends Event> Follow<E> follow(Wired.Following<E> one) {
        return new Follow<>(one.event(), (work, fact) -> one.handler().follow(work, fact));
    }

    private Transactions transactions(String domain, String name) {
        var db = on.db().domain(domain);
        var action = Action.inside(name);
        var platform = new Grant(null, null, name, "service");
        return new Inside(db, action, platform);
    }

    /** Transactions of a domain beyond tenants, in the name of its service. */
    private record Inside(DomainDb db, Action action, Grant grant) implements Transactions {
        @Override
        public <T> Future<T> open(Call call, Function<Work, Future<T>> body) {
            return db.work(call.with(grant), action, action.name(), body).map(answered -> answered.answer());
        }
    }

    /** Takes up no more events and jobs; succeeds when those that run have ended. */
    Future<?> stop() {
        var ending = new ArrayList<Future<?>>();
        if (readers != null) {
            ending.add(readers.stop());
        }
        if (jobs != null) {
            ending.add(jobs.stop());
        }
        return Future.join(ending);
    }
}
