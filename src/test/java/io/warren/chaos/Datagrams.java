package io.warren.chaos;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Numbered datagrams to one endpoint at one member. One whose answer is not there after a second is lost. */
final class Datagrams implements AutoCloseable {
    private static final int LENGTH = 300;

    private final Route route;
    private final Queue<Sample> samples;
    private final Queue<String> faults;
    private final DatagramSocket socket = new DatagramSocket();
    private final AtomicLong last = new AtomicLong();
    private final Map<Long, Long> sent = new ConcurrentHashMap<>();

    Datagrams(Route route, Queue<Sample> samples, Queue<String> faults) throws IOException {
        this.route = route;
        this.samples = samples;
        this.faults = faults;
        Load.daemon("datagrams", this::receive);
    }

    void send() {
        expire();
        long number = last.incrementAndGet();
        byte[] bytes = new byte[LENGTH];
        ByteBuffer.wrap(bytes).putLong(number);
        new Pattern(number).fill(bytes, 8, 8, LENGTH - 8);
        sent.put(number, System.nanoTime());
        try {
            socket.send(new DatagramPacket(bytes, LENGTH, route.where()));
        } catch (IOException e) {
            // What the system knows of it: nobody is there. It is lost.
        }
    }

    private void expire() {
        long now = System.nanoTime();
        sent.forEach((number, start) -> {
            if (now - start > Sample.SLOW.toNanos() && sent.remove(number) != null) {
                samples.add(new Sample(route, start, now, "lost"));
            }
        });
    }

    private void receive() {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        while (!socket.isClosed()) {
            try {
                packet.setLength(2000);
                socket.receive(packet);
                arrived(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
            } catch (IOException e) {
                // Nobody is there, or the test is over.
            }
        }
    }

    private void arrived(ByteBuffer packet) {
        if (packet.remaining() != LENGTH || !intact(packet)) {
            faults.add("another datagram than was sent, " + route);
            return;
        }
        Long start = sent.remove(packet.getLong(0));
        if (start != null) {
            samples.add(new Sample(route, start, System.nanoTime(), ""));
        }
    }

    private static boolean intact(ByteBuffer packet) {
        byte[] bytes = new byte[LENGTH - Long.BYTES];
        packet.get(Long.BYTES, bytes);
        return new Pattern(packet.getLong(0)).matches(bytes, 0, Long.BYTES, bytes.length);
    }

    @Override
    public void close() {
        socket.close();
    }
}
