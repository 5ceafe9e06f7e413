/** Recorders: files, TCP and HTTP servers that records are written to, in the background and within bounds. */
package io.warren.policy.record;
