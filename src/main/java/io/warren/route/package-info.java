/** From a destination to a way out: chains, hops, nodes, selection, failure marks, retries. Opens no socket itself except through {@code net}. */
package io.warren.route;
