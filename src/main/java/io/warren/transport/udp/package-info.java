/** Plain datagrams: each client's are a flow of their own, as gost's pseudo-connections are. Idle times belong to the flow and never to the socket. */
package io.warren.transport.udp;
