/** How fast, how many at once, how often: what clients of a service may have. */
package io.warren.policy.limit;
