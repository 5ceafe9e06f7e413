package io.warren.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.ProxyException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What this process is doing: every session of every service, visitors of bound ports included, and the sums for each service. Asks each instance on its
 * own event loop, so that serving costs no lock. Any thread; results complete on the loop of the instance that answered last.
 */
public final class Activity {
    private final Set<Sessions> instances = ConcurrentHashMap.newKeySet();
    private final Traffic traffic = new Traffic();
    private final Failures failures = new Failures();
    private final Set<String> byUser = ConcurrentHashMap.newKeySet();
    private volatile boolean counting;

    /** From now on, services that start count for {@link #traffic} too, client by client. */
    public void count() {
        counting = true;
    }

    Sessions of(String service, Context context) {
        Sessions sessions = new Sessions(
                service,
                context,
                counting ? Optional.of(traffic.service(service)) : Optional.empty(),
                byUser.contains(service) ? Optional.of(new UserSums()) : Optional.empty());
        instances.add(sessions);
        return sessions;
    }

    /** Its service is gone. */
    void forget(Sessions sessions) {
        instances.remove(sessions);
    }

    /** What has gone through since {@link #count}, up to this moment. Completes with the same object each time, which goes on counting. */
    public Future<Traffic> traffic() {
        return ask(Sessions::tell).map(told -> traffic);
    }

    /** Of all services, those that are gone included. */
    public Failures failures() {
        return failures;
    }

    /** All sessions, in no order. */
    public Future<List<LiveSession>> sessions() {
        return ask(Sessions::list).map(lists -> {
            List<LiveSession> all = new ArrayList<>();
            lists.forEach(all::addAll);
            return all;
        });
    }

    /** The sums of each running service by name. What a service did before it was replaced is not in them. */
    public Future<Map<String, ServiceStats>> stats() {
        return ask(sessions -> Map.entry(sessions.service(), sessions.stats())).map(each -> {
            Map<String, ServiceStats> sums = new LinkedHashMap<>();
            each.forEach(stats -> sums.merge(stats.getKey(), stats.getValue(), ServiceStats::plus));
            return sums;
        });
    }

    /** From now on, a service of that name that starts counts for {@link #users} too. */
    public void countUsers(String service) {
        byUser.add(service);
    }

    /** What each user of a service has done since it was started, by name; empty = those who did not log in. */
    public Future<Map<String, ServiceStats>> users(String service) {
        return ask(sessions -> sessions.service().equals(service) ? sessions.users() : Map.<String, ServiceStats>of())
                .map(each -> {
                    Map<String, ServiceStats> sums = new LinkedHashMap<>();
                    each.forEach(users -> users.forEach((user, stats) -> sums.merge(user, stats, ServiceStats::plus)));
                    return sums;
                });
    }

    /**
     * Ends sessions.
     *
     * @param which is called on each instance's event loop
     * @param why stands in the session's log line
     * @return how many
     */
    public Future<Integer> close(Predicate<LiveSession> which, String why) {
        return ask(sessions -> sessions.close(which, why))
                .map(counts -> counts.stream().mapToInt(Integer::intValue).sum());
    }

    private <T> Future<List<T>> ask(Function<Sessions, T> question) {
        List<Future<T>> answers = new ArrayList<>();
        for (Sessions sessions : instances) {
            Promise<T> answer = Promise.promise();
            answers.add(answer.future());
            sessions.context().runOnContext(v -> {
                try {
                    answer.complete(question.apply(sessions));
                } catch (RuntimeException e) {
                    answer.fail(ProxyException.from(e));
                }
            });
        }
        return Future.all(answers).map(all -> {
            List<T> results = new ArrayList<>();
            answers.forEach(answer -> results.add(answer.result()));
            return results;
        });
    }
}
