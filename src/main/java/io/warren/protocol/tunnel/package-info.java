/**
 * gost's tunnel protocol: agents publish a service under a tunnel ID instead of a port, and visitors name the host that they want. Messages of the relay
 * protocol, with a feature for the ID. What connects both is the directory: agent, visitor and entry point may be at different members.
 */
package io.warren.protocol.tunnel;
