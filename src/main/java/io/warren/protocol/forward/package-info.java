/**
 * Port forwarding, local and remote: whatever arrives goes to one of the service's targets, and nothing of our own is sent. Streams and datagrams are
 * served alike; which one it is depends on what the listener lets in.
 */
package io.warren.protocol.forward;
