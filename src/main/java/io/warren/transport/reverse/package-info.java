/**
 * Listeners without a socket of their own: a port at the far end of the listener's chain, where the last node binds it for us ({@code rtcp},
 * {@code rudp}). It is asked for again for ever: a far end that is away costs nothing but the wait.
 */
package io.warren.transport.reverse;
