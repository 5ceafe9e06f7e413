/** Observers: plugins that are told the state and the sums of services. */
package io.warren.policy.observe;
