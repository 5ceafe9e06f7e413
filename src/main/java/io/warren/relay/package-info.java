/** Moving bytes with the system's means: its sockets as a way out, the datagram pump, and one flow with many peers as a flow for each. */
package io.warren.relay;
