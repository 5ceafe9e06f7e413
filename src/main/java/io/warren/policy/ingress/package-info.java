/** Host names and the tunnels that serve them. */
package io.warren.policy.ingress;
