package io.warren.service;

/**
 * What one service has done since it was started.
 *
 * @param total sessions so far, those that are going on included
 * @param current sessions that are going on
 * @param failed sessions that ended with a failure
 * @param in payload bytes from clients
 * @param out payload bytes to clients
 */
public record ServiceStats(long total, long current, long failed, long in, long out) {
    public static final ServiceStats NONE = new ServiceStats(0, 0, 0, 0, 0);

    /** The sums of both. */
    public ServiceStats plus(ServiceStats other) {
        return new ServiceStats(
                total + other.total, current + other.current, failed + other.failed, in + other.in, out + other.out);
    }
}
