package io.warren.chaos;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/**
 * Everybody who visits: a short request on a connection of its own to every endpoint at every member, again and again, whether or not the one before was
 * answered; and datagrams likewise. Remembers what became of each.
 */
final class Load implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(150);
    private static final int CONNECT_MS = 7_000;
    private static final int ANSWER_MS = 10_000;
    private static final int REQUEST = 600;

    private final AtomicLong ids = new AtomicLong(System.nanoTime() << 20);
    private final AtomicInteger underWay = new AtomicInteger();
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final Queue<Long> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final ExecutorService visitors = Executors.newCachedThreadPool(daemons("visitor"));
    private final List<Route> routes;
    private final List<Datagrams> datagrams = new ArrayList<>();
    private final Set<String> away = ConcurrentHashMap.newKeySet();
    private volatile boolean balanced;
    private volatile boolean paused;
    private volatile boolean ended;

    Load(List<Route> requests, List<Route> packets) throws IOException {
        routes = List.copyOf(requests);
        for (Route route : packets) {
            datagrams.add(new Datagrams(route, samples, faults));
        }
        daemon("load", this::visit);
    }

    static ThreadFactory daemons(String name) {
        return work -> {
            // Hundreds may wait at the same time.
            Thread thread = new Thread(null, work, name, 256 * 1024);
            thread.setDaemon(true);
            return thread;
        };
    }

    static void daemon(String name, Runnable work) {
        daemons(name).newThread(work).start();
    }

    static void pause(long nanos) {
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
    }

    private void visit() {
        long next = System.nanoTime();
        for (int i = 0; !ended; i++) {
            if (!paused) {
                Route route = routes.get(i % routes.size());
                underWay.incrementAndGet();
                visitors.execute(() -> request(route));
                if (i % 2 == 0 && !datagrams.isEmpty()) {
                    datagrams.get(i / 2 % datagrams.size()).send();
                }
            }
            next += PERIOD.toNanos() / routes.size();
            pause(next - System.nanoTime());
        }
    }

    private void request(Route route) {
        long id = ids.incrementAndGet();
        long start = System.nanoTime();
        String fault = "";
        try {
            exchange(route, balanced ? anyOpen(route) : open(route.where()), id);
            acknowledged.add(id);
        } catch (IOException e) {
            fault = e.getClass().getSimpleName() + ": " + e.getMessage();
        } finally {
            underWay.decrementAndGet();
        }
        samples.add(new Sample(route, start, System.nanoTime(), fault));
    }

    private static Socket open(InetSocketAddress where) throws IOException {
        Socket visitor = new Socket();
        try {
            visitor.connect(where, CONNECT_MS);
            return visitor;
        } catch (IOException e) {
            visitor.close();
            throw e;
        }
    }

    /** What a balancer of connections does: who is not ready or refuses is passed over. */
    private Socket anyOpen(Route wanted) throws IOException {
        List<Route> candidates = new ArrayList<>(List.of(wanted));
        routes.stream()
                .filter(other -> other.endpoint().equals(wanted.endpoint()) && !other.equals(wanted))
                .forEach(candidates::add);
        candidates.removeIf(route -> away.contains(route.member()));
        ConnectException refusals = new ConnectException("no member takes " + wanted.endpoint());
        for (Route candidate : candidates) {
            try {
                return open(candidate.where());
            } catch (ConnectException refused) {
                refusals.addSuppressed(refused);
            }
        }
        throw refusals;
    }

    private void exchange(Route route, Socket opened, long id) throws IOException {
        byte[] bytes = new byte[REQUEST];
        new Pattern(id).fill(bytes, 0, 0, REQUEST);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        try (Socket visitor = opened) {
            visitor.setSoTimeout(ANSWER_MS);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(request);
            out.write('R');
            out.writeLong(id);
            out.writeInt(REQUEST);
            out.write(bytes);
            visitor.getOutputStream().write(request.toByteArray());
            DataInputStream in = new DataInputStream(visitor.getInputStream());
            if (in.readLong() != id || in.readInt() != (int) sum.getValue()) {
                faults.add("another answer than to what was asked, " + route);
            }
        }
    }

    /** What visitors noticed since {@code injected}, up to now; waits for the answers that are still to come. */
    Outage since(long injected) throws InterruptedException {
        long now = System.nanoTime();
        pause();
        List<Sample> seen = samples.stream()
                .filter(sample -> sample.start() - injected >= 0 && sample.start() - now < 0)
                .toList();
        resume();
        return new Outage(injected, seen);
    }

    /** The requests that were answered. */
    List<Long> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** What no network may do: other bytes than were sent. */
    Queue<String> faults() {
        return faults;
    }

    /** Nobody comes any more, and everybody is gone. */
    void pause() throws InterruptedException {
        paused = true;
        while (underWay.get() > 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** From now on, visitors whom a member refuses go to another one. */
    void balance(boolean whether) {
        balanced = whether;
    }

    /** The balancer has seen that the member is not ready. */
    void leaves(String member) {
        away.add(member);
    }

    void returns(String member) {
        away.remove(member);
    }

    void resume() {
        paused = false;
    }

    @Override
    public void close() {
        ended = true;
        visitors.shutdownNow();
        datagrams.forEach(Datagrams::close);
    }
}
