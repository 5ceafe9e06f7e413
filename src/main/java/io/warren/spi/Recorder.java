package io.warren.spi;

/**
 * Takes records for a place outside of this process. Any thread; returns at once and never fails: what its sink has no room for is dropped there, and
 * counted.
 */
@FunctionalInterface
public interface Recorder {
    /** @param record belongs to the recorder from now on */
    void record(byte[] record);
}
