/** Names to addresses by nameservers of one's own choice (RFC 1035), over UDP and TCP, directly or through a chain. */
package io.warren.policy.resolver;
