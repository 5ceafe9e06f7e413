/**
 * gost's relay protocol, version 1: a header with features before a stream, and the three commands over it. Both ends send their header at once, where
 * gost's wait for the first data by default; every gost peer copes, and protocols in which the server speaks first work.
 */
package io.warren.protocol.relay;
